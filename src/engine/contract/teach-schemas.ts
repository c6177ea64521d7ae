import { z } from 'zod';
import { label } from './schemas.ts';

/** The values of the `teach.*` calls. A lesson is one run of teaching: its takes, its settings and the model it makes. */

export const teachSettings = z.object({
  /** Go on from the model that listens, or begin with a network that knows nothing. */
  method: z.enum(['adapt', 'scratch']).default('adapt'),
  /** The share of each word's takes that is kept aside to measure on. */
  heldOutShare: z.number().min(0.1).max(0.5).default(0.2),
  /** How far an adapted model may go from the one it began with. */
  depth: z.enum(['light', 'usual', 'deep']).default('usual'),
  /** Times that every take is heard, in ever different surroundings; null for what suits the method. */
  passes: z.number().int().min(1).max(1000).nullable().default(null),
  /** The highest learning rate; null for what suits the method. */
  rate: z.number().min(1e-5).max(0.1).nullable().default(null),
  /** From scratch: units of each layer, and layers. */
  hidden: z.number().int().min(8).max(512).default(64),
  layers: z.number().int().min(1).max(4).default(1),
});

export const teachWord = z.object({
  label,
  /** Takes that count: those left out do not. */
  takes: z.number().int(),
  heldOut: z.number().int(),
  /** Takes still to be recorded before the word can be taught; 0 where it can. */
  missing: z.number().int(),
  /** Whether the model to begin with does not know it. */
  isNew: z.boolean(),
});

export const teachPlan = z.object({
  settings: teachSettings,
  /** The model to go on from, and the one to compare with. */
  fromModelId: z.string(),
  /** The words that will be taught. */
  words: z.array(teachWord),
  /** Words with too few takes yet. */
  waiting: z.array(teachWord),
  /** Words that it knows, is not taught here, and may know less well afterwards: it has no memory of how they sounded. */
  atRisk: z.array(label).default([]),
  /** Takes of what must not be heard as any word. */
  negativeCount: z.number().int(),
  /** Takes of the words that will be taught, those held out among them. */
  takeCount: z.number().int(),
  /** Why it cannot begin: no take at all, too few of each word, or nothing to tell the only word from. */
  problem: z.enum(['no-takes', 'too-few-takes', 'one-word']).nullable(),
});

export const teachEpoch = z.object({
  epoch: z.number().int(),
  epochs: z.number().int(),
  loss: z.number(),
  trainAccuracy: z.number(),
  /** On the takes held out. */
  heldOutLoss: z.number().nullable(),
  heldOutAccuracy: z.number().nullable(),
  heldOutPerWord: z.record(z.string(), z.number()),
  best: z.boolean(),
  remainingMs: z.number(),
});

export const teachProgress = z.object({
  stage: z.string(),
  done: z.number().int(),
  total: z.number().int(),
  remainingMs: z.number().nullable(),
});

/** Old against new, on the takes held out. */
export const teachComparison = z.object({
  clips: z.number().int(),
  oldRight: z.number().int(),
  newRight: z.number().int(),
  /** Whether anything was gained; where nothing was, the new model is the old one. */
  improved: z.boolean(),
  words: z.array(
    z.object({
      label,
      clips: z.number().int(),
      oldRight: z.number().int(),
      newRight: z.number().int(),
      /** Whether the old model knows the word at all. */
      oldKnows: z.boolean(),
    }),
  ),
});

export const teachPhase = z.enum(['none', 'learning', 'paused', 'interrupted', 'done', 'failed']);

export const teachStatus = z.object({
  /** `interrupted`: Heed ended in the middle of it; it can go on. `done`: the new model waits to be used or not. */
  phase: teachPhase,
  /** What is being taught; null where nothing is. */
  plan: teachPlan.nullable(),
  epochs: z.array(teachEpoch),
  progress: teachProgress.nullable(),
  comparison: teachComparison.nullable(),
  /** What a lesson that failed said. */
  failure: z.string().nullable(),
  /** The taught model that listens now, and the one it took the place of. */
  used: z.object({ modelId: z.string(), previousModelId: z.string(), at: z.number() }).nullable(),
});

export type TeachSettings = z.output<typeof teachSettings>;
export type TeachWord = z.output<typeof teachWord>;
export type TeachPlan = z.output<typeof teachPlan>;
export type TeachEpoch = z.output<typeof teachEpoch>;
export type TeachProgress = z.output<typeof teachProgress>;
export type TeachComparison = z.output<typeof teachComparison>;
export type TeachStatus = z.output<typeof teachStatus>;
