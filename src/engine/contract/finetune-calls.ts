import { z } from 'zod';
import { local, windowed } from './call.ts';
import { label, trainResult } from './schemas.ts';
import { take } from './words-schemas.ts';

const path = z.string().min(1);

export const finetuneResult = trainResult.extend({
  /** Labels that the model did not know before. */
  newLabels: z.array(label),
  /** Whether held-out takes are answered better than before; where they aren't, the file holds the old model. */
  improved: z.boolean(),
  /** How the old model did on the same takes. */
  accuracyBefore: z.number().nullable(),
});

/** The calls by which a model learns from its user. */
export const finetuneCalls = {
  /** Adapts a model to a folder of labelled folders; `train.epoch` tells of it, `train.stop` ends it. */
  finetune: local(
    z.object({
      folder: path,
      from: path,
      out: path,
      validation: path.optional(),
      background: path.optional(),
      seed: z.number().int().default(1),
      /** Passes through all layers; fewer without the native core when left out. */
      passes: z.number().int().min(0).max(1000).optional(),
      /** What asks for it, for the model's provenance: a command line, a screen. */
      command: z.string().default('finetune'),
    }),
    finetuneResult,
  ),
  /** "Wrong: it was …", or with `_unknown_` "that was nothing": keeps a detection's sound as a take of this label. */
  'detections.correct': windowed(z.object({ id: z.string(), label }), take),
} as const;

export type FinetuneAnswer = z.output<typeof finetuneResult>;
