import { z } from 'zod';
import { local } from './call.ts';
import { cellName, label, leaveOut, trainingFolders } from './schemas.ts';

const path = z.string().min(1);

export const comparedCell = z.object({
  cell: cellName,
  title: z.string(),
  /** Units of a layer, so that all cells have nearly the same number of parameters. */
  hidden: z.number().int(),
  parameters: z.number().int(),
  /** Of the model file; null where every run diverged. */
  bytes: z.number().int().nullable(),
  runs: z.array(
    z.object({
      seed: z.number().int(),
      /** On the validation clips; null where training diverged. */
      accuracy: z.number().nullable(),
      trainingMs: z.number(),
    }),
  ),
  meanAccuracy: z.number().nullable(),
  /** Standard deviation of a run. */
  deviation: z.number().nullable(),
  speed: z.object({
    trainedPerSecond: z.number(),
    /** Of the multiply-add peak of all threads; null without the native core. */
    shareOfFmaPeak: z.number().nullable(),
    /** One frame of live sound. */
    frameMicroseconds: z.number(),
  }),
});

export const cellReach = z.object({
  cell: cellName,
  clipped: z.boolean(),
  /** By distance in frames from the last one: the norm of the loss's gradient by the input there. */
  normsBefore: z.array(z.number()),
  normsAfter: z.array(z.number()),
  /** In each update, before clipping. */
  updateNorms: z.array(z.number()),
  diverged: z.boolean(),
});

export const compareCalls = {
  /**
   * Trains each recurrent cell on the same clips at as many parameters, and measures accuracy, speed, size and how far back
   * gradients reach. `train.stop` ends it, and the same call goes on with it.
   */
  compare: local(
    z.object({
      ...trainingFolders,
      /** A folder for the models, the results and the plots. */
      out: path,
      leaveOut,
      labels: z.array(label).optional(),
      cells: z.array(cellName).min(1).default(cellName.options),
      /** Units of a layer of the GRU. */
      hidden: z.number().int().min(1).max(1024).default(64),
      layers: z.number().int().min(1).max(8).default(1),
      epochs: z.number().int().min(1).max(10_000).default(20),
      batch: z.number().int().min(1).max(4096).default(64),
      seeds: z.number().int().min(1).max(100).default(3),
      seed: z.number().int().default(1),
      /** How long each cell runs at each job in each of the rounds of timing. */
      sliceMs: z.number().min(1).max(60_000).default(300),
      /** Frames and updates of the training in which gradients are looked at. */
      reachFrames: z.number().int().min(2).max(2000).default(100),
      reachSteps: z.number().int().min(0).max(100_000).default(200),
    }),
    z.object({
      out: path,
      cells: z.array(comparedCell),
      reach: z.array(cellReach),
      /** How many runs had ended before this call. */
      known: z.number().int(),
      results: path,
      /** SVG files. */
      plots: z.array(path),
    }),
  ),
} as const;
