import type { FrameExtractor } from '../features/frame-extractor.ts';
import { normaliseFrames } from '../features/normaliser.ts';
import { windowLength } from '../features/settings.ts';
import type { ComputeBackend } from '../nn/network.ts';
import { softmaxRows } from '../nn/softmax.ts';
import { traceAttention, traceSequence, type AttentionTrace, type LayerTrace } from '../nn/trace.ts';
import type { Model } from './model.ts';
import { heardWindowStart } from './recogniser.ts';

/** What a model makes of one clip, frame by frame. T frames, K coefficients, C labels. */
export interface ClipAnalysis {
  /** Where in the clip the window that was heard begins, in samples. */
  readonly windowStart: number;
  /** The window, followed by silence where the clip is shorter. */
  readonly window: Float32Array;
  /** `[T, bands]`, ln(1 + mel power) */
  readonly logMel: Float32Array;
  /** `[T, K]`, normalised */
  readonly mfcc: Float32Array;
  /** `[T, C]`: the posteriors were the clip to end with that frame; the last row is what the clip is taken for */
  readonly posteriors: Float32Array;
  /** The gates of each layer, the bottom one first. */
  readonly layers: readonly LayerTrace[];
  /** What the whole window's answer was made of, where the model attends to its states. */
  readonly attention: AttentionTrace | undefined;
}

/**
 * Follows a model through the window of a clip that it would classify.
 * @param samples16k  of any length; of a clip longer than the model's window the loudest part is taken
 * @throws {HeedError} sound-invalid where a sample is not finite
 */
export function analyseClip(
  model: Model,
  backend: ComputeBackend,
  extractor: FrameExtractor,
  samples16k: Float32Array,
): ClipAnalysis {
  const { windowFrames, coefficients, melBands, hopLength } = model.features;
  const length = windowLength(model.features);
  const windowStart = heardWindowStart(samples16k, length);
  const window = new Float32Array(length);
  window.set(samples16k.subarray(windowStart, windowStart + length));

  const rawMfcc = new Float32Array(windowFrames * coefficients);
  const logMel = new Float32Array(windowFrames * melBands);
  for (let t = 0; t < windowFrames; t++)
    extractor.extract(window, t * hopLength, rawMfcc, t * coefficients, logMel, t * melBands);
  const mfcc = normaliseFrames(rawMfcc, model.normaliser);

  const classCount = model.labels.length;
  const posteriors = new Float32Array(windowFrames * classCount);
  const stream = backend.createNetwork(model.shape, model.parameters).createStream();
  for (let t = 0; t < windowFrames; t++)
    posteriors.set(stream.step(mfcc.subarray(t * coefficients, (t + 1) * coefficients)), t * classCount);
  softmaxRows(posteriors, classCount, posteriors);
  const layers = traceSequence(model.shape, model.parameters, mfcc);
  const attention = traceAttention(model.shape, model.parameters, mfcc);
  return { windowStart, window, logMel, mfcc, posteriors, layers, attention };
}
