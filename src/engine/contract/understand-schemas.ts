import { z } from 'zod';
import { cellName, float32, label } from './schemas.ts';

/** The values of the `understand.*` calls. Probabilities run from 0 to 1. */

/** One of the user's takes as a model heard it. */
export const heardTake = z.object({
  takeId: z.string(),
  /** The word it was recorded as, whether or not the model knows it. */
  word: label,
  answer: label,
  /** The answer's posterior. */
  score: z.number(),
  /** Left out of learning, and of the matrix. */
  leftOut: z.boolean(),
  recordedAt: z.number(),
});

/** What a threshold costs on the user's takes. */
export const thresholdPoint = z.object({
  threshold: z.number(),
  /** Takes of the word that would not be heard. */
  missed: z.number().int(),
  /** Takes of anything else that would be heard as the word. */
  falseAlarms: z.number().int(),
});

export const wordCurve = z.object({
  label,
  /** The threshold in force: the user's own, else the model's. */
  threshold: z.number(),
  takes: z.number().int(),
  others: z.number().int(),
  points: z.array(thresholdPoint),
});

export const understandMatrix = z.object({
  modelId: z.string(),
  /** The model's labels, then the words of takes that it does not know. */
  labels: z.array(label),
  /** `[word][answer]`, in takes that are not left out */
  matrix: z.array(z.array(z.number().int())),
  /** Every take, the least sure first. */
  takes: z.array(heardTake),
  curves: z.array(wordCurve),
  /** Takes that could not be heard, and why. */
  skipped: z.array(z.object({ takeId: z.string(), reason: z.string() })),
  /** How many of the takes were held out of the last lesson. */
  heldOutCount: z.number().int(),
});

/** What the gates of one layer did, `[frames, units]` each; a simple recurrent layer has none. */
export const layerGates = z.array(
  z.object({ name: z.enum(['update', 'reset', 'input', 'forget', 'output']), values: float32 }),
);

/** Everything a model made of one take, frame by frame. */
export const understandClip = z.object({
  takeId: z.string(),
  word: label,
  modelId: z.string(),
  labels: z.array(label),
  answer: label,
  score: z.number(),
  sampleRateHz: z.number(),
  /** The window that the model hears: the loudest of a longer take. */
  samples: float32,
  windowStartMs: z.number(),
  takeMs: z.number(),
  frames: z.number().int(),
  hopMs: z.number(),
  frameMs: z.number(),
  bands: z.number().int(),
  /** `[frames, bands]`, ln(1 + mel power) */
  logMel: float32,
  coefficients: z.number().int(),
  /** `[frames, coefficients]`, normalised: as the network reads them */
  mfcc: float32,
  /** `[frames, labels]`: what the network would answer were the sound to end there */
  posteriors: float32,
  units: z.number().int(),
  cell: cellName,
  /** The bottom layer first. */
  layers: z.array(layerGates),
  /** Of a model that attends to its states, `[frames, heads]`: how much each head took of each frame; each adds up to 1. */
  attention: z.object({ heads: z.number().int(), weights: float32 }).nullable(),
});

export type HeardTake = z.output<typeof heardTake>;
export type ThresholdPoint = z.output<typeof thresholdPoint>;
export type WordCurve = z.output<typeof wordCurve>;
export type UnderstandMatrix = z.output<typeof understandMatrix>;
export type UnderstandClip = z.output<typeof understandClip>;
