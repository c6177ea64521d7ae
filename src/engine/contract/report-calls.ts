import { z } from 'zod';
import { local } from './call.ts';

const path = z.string().min(1);

export const reportSection = z.enum(['few-shot', 'forgetting', 'negatives']);

/** A measured figure, with the project's goal for it where there is one. */
export const figure = z.object({
  id: z.string(),
  what: z.string(),
  value: z.number(),
  unit: z.enum(['%', 'points', 's']),
  atLeast: z.number().optional(),
  atMost: z.number().optional(),
});

export const reportCalls = {
  /** Measures a model by the project's protocols, on a folder of recordings. */
  report: local(
    z.object({
      data: path,
      model: path.optional(),
      only: z.array(reportSection).min(1).optional(),
      /** Three speakers, and not all of them. */
      short: z.boolean().default(false),
      seed: z.number().int().default(1),
    }),
    z.object({ figures: z.array(figure) }),
  ),
} as const;

export type ReportFigure = z.output<typeof figure>;
