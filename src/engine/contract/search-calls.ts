import { z } from 'zod';
import { local } from './call.ts';
import { label, leaveOut, trainingFolders } from './schemas.ts';

const path = z.string().min(1);

const trialOutcome = z.discriminatedUnion('status', [
  z.object({
    status: z.literal('finished'),
    /** On the validation clips, 0 to 1. */
    accuracy: z.number(),
    loss: z.number(),
    bestEpoch: z.number().int(),
    /** Of the trial's model file. */
    bytes: z.number().int(),
    durationMs: z.number(),
  }),
  z.object({ status: z.literal('diverged'), message: z.string(), durationMs: z.number() }),
  z.object({ status: z.literal('failed'), message: z.string(), durationMs: z.number() }),
]);

export const trialRecord = z.object({
  id: z.string(),
  /** By the names of the search space. */
  values: z.record(z.string(), z.union([z.number(), z.string()])),
  epochs: z.number().int(),
  seed: z.number().int(),
  outcome: trialOutcome,
});

/** What the same values came to with several seeds. */
const seedMean = z.object({
  values: z.record(z.string(), z.union([z.number(), z.string()])),
  seeds: z.number().int(),
  /** Of the validation accuracies, 0 to 1, and their standard deviation. */
  mean: z.number(),
  deviation: z.number().nullable(),
});

/** A trial that ended. */
export const trialNews = z.object({
  record: trialRecord,
  done: z.number().int(),
  total: z.number().int(),
  /** Whether it is the best so far. */
  best: z.boolean(),
  remainingMs: z.number().nullable(),
});

export const searchCalls = {
  /**
   * Looks for the values with which training comes to the best accuracy, trial by trial (`search.trial`). Trials that the
   * folder's journal knows are not run again; `train.stop` ends the search, and the same call goes on with it.
   */
  search: local(
    z.object({
      ...trainingFolders,
      /** A folder for the journal, the results and the best model. */
      out: path,
      leaveOut,
      labels: z.array(label).optional(),
      /** What to vary; a few usual parameters when left out. A file in JSON, or `name=a,b` and `name=from..to`. */
      space: z.union([z.object({ file: path }), z.object({ dimensions: z.array(z.string()).min(1) })]).optional(),
      method: z.enum(['grid', 'one-at-a-time', 'random', 'halving']).default('random'),
      trials: z.number().int().min(1).max(100_000).default(20),
      epochs: z.number().int().min(1).max(10_000).default(20),
      /** Halving keeps one trial in so many for the next round. */
      factor: z.number().int().min(2).max(100).default(3),
      leastEpochs: z.number().int().min(1).max(10_000).default(2),
      /** Trials at once, at most; as many as there are cores when left out. */
      parallel: z.number().int().min(1).max(64).optional(),
      seed: z.number().int().default(1),
      /** Runs of each trial, with seeds from `seed` on; halving takes one. */
      seeds: z.number().int().min(1).max(100).default(1),
    }),
    z.object({
      out: path,
      /** Best first. */
      records: z.array(trialRecord),
      /** Over seeds, best first. */
      means: z.array(seedMean),
      /** How many of them had ended before this call. */
      known: z.number().int(),
      /** The best trial of the folder, of this and of earlier calls. */
      best: trialRecord.nullable(),
      /** Its model. */
      model: path.nullable(),
      results: path,
      /** The trials as parallel coordinates, an SVG file. */
      chart: path,
      stopped: z.boolean(),
    }),
  ),
} as const;

export type TrialRecord = z.output<typeof trialRecord>;
export type SeedMean = z.output<typeof seedMean>;
export type TrialNews = z.output<typeof trialNews>;
