import { z } from 'zod';

/** The values that calls and events are made of. Probabilities and accuracies run from 0 to 1, times are in milliseconds. */

export const label = z.string().min(1).max(64);

const folder = z.string().min(1);

/** What every call that trains on folders takes. */
export const trainingFolders = {
  /** Folders of labelled folders, taken together. */
  folders: z.array(folder).min(1),
  /** A folder of labelled folders to measure on; some speakers are held out when left out. */
  validation: folder.optional(),
  /** Folders of recordings of noise. */
  background: z.array(folder).optional(),
};

/** Lists of recordings to leave out: lines of `<folder>/<file>` or `<folder>`. */
export const leaveOut = z.array(z.string().min(1)).optional();

/** Numbers in a Float32Array, whatever kind of buffer lies behind it. */
export const float32 = z.custom<Float32Array>((value) => value instanceof Float32Array, 'must be a Float32Array');

/** The contents of a file. */
export const fileBytes = z.custom<Uint8Array>((value) => value instanceof Uint8Array, 'must be a Uint8Array');

/** How a network's states become the one that its head sees. */
export const poolingName = z.enum(['last', 'mean', 'attention', 'multi-head']);

/** What recurrent layers are made of: see src/nn/cells/cell.ts. */
export const cellName = z.enum(['rnn', 'gru', 'gru-reset-after', 'lstm', 'mgu']);

export const exportForm = z.enum(['clip', 'audio', 'stream', 'stream-audio']);

export const sound = z.object({
  samples: float32,
  sampleRateHz: z.number().min(8000).max(192_000),
});

export const recognition = z.object({
  label,
  score: z.number(),
  scores: z.record(z.string(), z.number()),
  /** What was done to the sound to hear it at all, in sentences: cut off, longer than the window, … */
  warnings: z.array(z.string()),
});

export const detection = z.object({
  id: z.string(),
  /** When it was decided, since the session began. */
  timeMs: z.number(),
  /** When it was decided, milliseconds since 1970. */
  at: z.number(),
  label,
  score: z.number(),
});

export const listening = z.object({
  session: z.string(),
  modelId: z.string(),
  labels: z.array(label),
  /** `[labels]`; a label with a threshold above 1 never fires. */
  thresholds: z.array(z.number()),
  windowMs: z.number(),
  stepMs: z.number(),
  hopMs: z.number(),
  melBands: z.number().int(),
});

export const score = z.object({
  measuredOn: z.string(),
  clipCount: z.number().int(),
  accuracy: z.number(),
  perLabel: z.record(z.string(), z.number()),
});

export const modelSummary = z.object({
  id: z.string(),
  name: z.string(),
  labels: z.array(label),
  bytes: z.number().int(),
  /** `[labels]`: the model's own, and over them those the user chose; a label with one above 1 never fires. */
  thresholds: z.array(z.number()),
  scores: z.array(score),
});

export const modelDescription = z.object({
  file: z.string(),
  bytes: z.number().int(),
  labels: z.array(label),
  features: z.record(z.string(), z.union([z.string(), z.number()])),
  featureHash: z.string(),
  network: z.object({
    inputSize: z.number().int(),
    hiddenSize: z.number().int(),
    layerCount: z.number().int(),
    classCount: z.number().int(),
    cell: cellName,
    /** Whether it is a GRU whose reset gate acts after the product. */
    resetAfter: z.boolean(),
    pooling: poolingName,
    parameterCount: z.number().int(),
    /** Of each layer's W and R, 0 for one that is kept whole; absent where all are. */
    ranks: z.array(z.object({ input: z.number().int(), recurrent: z.number().int() })).optional(),
  }),
  decision: z.object({
    stepMs: z.number(),
    smoothingMs: z.number(),
    refractoryMs: z.number(),
    /** How much words are doubted, live, that do not sound as in training. */
    unfamiliarityWeight: z.number(),
    thresholds: z.record(z.string(), z.number()),
  }),
  provenance: z.record(z.string(), z.union([z.string(), z.number()])),
  scores: z.array(score),
});

/** A file that could not be read, and why. */
export const skippedFile = z.object({ file: z.string(), reason: z.string() });

export const evaluation = z.object({
  n: z.number().int(),
  accuracy: z.number(),
  perLabel: z.record(z.string(), z.object({ n: z.number().int(), correct: z.number().int(), accuracy: z.number() })),
  confusion: z.object({
    labels: z.array(label),
    /** `[truth][answer]`, in clips */
    matrix: z.array(z.array(z.number().int())),
  }),
  skipped: z.array(skippedFile),
  /** Clips heard as something else than their label with hardly a doubt: see src/training/disputed-clips.ts. */
  disputed: z.array(z.object({ file: z.string(), heard: label, score: z.number() })),
});

export const trainEpoch = z.object({
  epoch: z.number().int(),
  epochs: z.number().int(),
  loss: z.number(),
  trainAccuracy: z.number(),
  validationLoss: z.number().nullable(),
  validationAccuracy: z.number().nullable(),
  /** For each label of which there is a validation clip. */
  validationPerLabel: z.record(z.string(), z.number()).nullable(),
  /** Whether these weights are the best so far, and so the ones in the model file. */
  best: z.boolean(),
  elapsedMs: z.number(),
  remainingMs: z.number(),
});

export const trainResult = z.object({
  out: z.string(),
  labels: z.array(label),
  epochs: z.number().int(),
  bestEpoch: z.number().int(),
  validationAccuracy: z.number().nullable(),
  stopped: z.boolean(),
  bytes: z.number().int(),
  skipped: z.array(skippedFile),
});

export const progress = z.object({
  work: z.enum([
    'train',
    'evaluate',
    'bench',
    'import',
    'export',
    'compare',
    'make-stream',
    'evaluate-stream',
    'calibrate',
    'lab',
  ]),
  /** What is being done now, for people: "Reading clips". */
  stage: z.string(),
  done: z.number().int(),
  total: z.number().int(),
  remainingMs: z.number().nullable(),
});

export const settings = z.object({
  theme: z.enum(['system', 'light', 'dark', 'contrast']),
  /** The browser's id of the chosen microphone; empty for the system's default. */
  microphoneId: z.string(),
  /** The model that listens. */
  modelId: z.string(),
  /** How takes begin: one after the other by themselves, after a countdown, or while a key is held. */
  recordMode: z.enum(['automatic', 'countdown', 'held']),
  /** The threshold of every word that the user set none for; null: as each model says. */
  defaultThreshold: z.number().min(0).max(1).nullable(),
  /** The user's own thresholds: model id → label → threshold. */
  thresholds: z.record(z.string(), z.record(z.string(), z.number().min(0).max(1))),
});

export type Detection = z.output<typeof detection>;
export type Recognition = z.output<typeof recognition>;
export type Listening = z.output<typeof listening>;
export type ModelSummary = z.output<typeof modelSummary>;
export type ModelDescription = z.output<typeof modelDescription>;
export type Evaluation = z.output<typeof evaluation>;
export type TrainEpoch = z.output<typeof trainEpoch>;
export type TrainResult = z.output<typeof trainResult>;
export type Progress = z.output<typeof progress>;
export type Settings = z.output<typeof settings>;
