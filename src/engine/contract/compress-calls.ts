import { z } from 'zod';
import { local } from './call.ts';
import { leaveOut, trainingFolders } from './schemas.ts';

const path = z.string().min(1);

export const weighing = z.object({
  hiddenSize: z.number().int(),
  layerCount: z.number().int(),
  weights: z.enum(['float32', 'int8']),
  bytes: z.number().int(),
  /** For a frame of live sound, in the network alone, on this computer. */
  frameMicroseconds: z.number(),
  /** On the validation folder; null without one. */
  accuracy: z.number().nullable(),
});

const lighterModel = weighing.extend({ name: z.string(), file: path });

const learning = z.object({
  model: path,
  ...trainingFolders,
  out: path,
  leaveOut,
  epochs: z.number().int().min(1).max(10_000).default(20),
  seed: z.number().int().default(1),
  /** Of the matrix products of training; 16 bits are quicker where the processor has instructions for them. */
  precision: z.enum(['float32', 'bfloat16', 'float16']).optional(),
  /** What asks for it, for the model's provenance. */
  command: z.string().default('compress'),
});

export const compressCalls = {
  /** Makes a model as light as asked for: by weights of eight bits, factors of low rank, or a smaller network that learns from it. */
  compress: local(
    learning.extend({
      /** `300KB`, `1.5MB`, or a time for a frame: `20us`. */
      to: z.string(),
    }),
    z.object({ out: path, before: weighing, after: weighing, reached: z.boolean() }),
  ),
  /** Makes a model lighter in every way, into the folder `out`, and measures each; given again it goes on. */
  'compress.compare': local(
    learning,
    z.object({
      models: z.array(lighterModel),
      /** How many of them had been made before. */
      known: z.number().int(),
    }),
  ),
} as const;

export type Weighing = z.output<typeof weighing>;
