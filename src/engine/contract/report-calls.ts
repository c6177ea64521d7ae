import { z } from 'zod';
import { local } from './call.ts';

const path = z.string().min(1);

export const reportSection = z.enum(['clips', 'live', 'few-shot', 'forgetting', 'negatives', 'cost']);

/** A measured figure, with the project's goal for it where there is one. */
export const figure = z.object({
  id: z.string(),
  what: z.string(),
  value: z.number(),
  /** The values of single seeds, where it is their mean. */
  seeds: z.array(z.number()).readonly().optional(),
  unit: z.enum(['%', 'points', 's', 'ms', 'times', 'an hour']),
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
      /** A list of recordings that the model was not trained on: of talk and noises only those are measured. */
      heldOut: path.optional(),
      /** Three speakers, and not all of them; shorter streams, of one seed. */
      short: z.boolean().default(false),
      seed: z.number().int().default(1),
    }),
    z.object({ figures: z.array(figure) }),
  ),
} as const;

export type ReportFigure = z.output<typeof figure>;
