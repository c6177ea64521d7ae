import { HeedError } from '../errors.ts';
import { normaliseFrames } from '../features/normaliser.ts';
import type { ComputeBackend, Network } from '../nn/network.ts';
import { softmaxRows } from '../nn/softmax.ts';
import type { Model } from './model.ts';
import { OpenSetScorer } from './open-set.ts';

/** A model made ready to run on frames of MFCCs. K is `model.features.coefficients`. */
export interface FrameClassifier {
  readonly model: Model;
  /** Logits `[C]` of raw (not normalised) MFCCs `[T, K]`, T ≥ 1. @throws {HeedError} shape-mismatch */
  logitsOfFrames(rawMfcc: Float32Array): Float32Array;
  /** Posteriors `[C]`, the softmax of those logits. @throws {HeedError} shape-mismatch */
  posteriorsOfFrames(rawMfcc: Float32Array): Float32Array;
  /**
   * The same for a listener, who hears more than the model was taught: words that do not sound as they did in training
   * are doubted, where the model asks for it (see {@link OpenSetScorer}). @throws {HeedError} shape-mismatch
   */
  openSetPosteriorsOfFrames(rawMfcc: Float32Array): Float32Array;
}

/**
 * The one path from frames to posteriors, for clips and live windows alike. (Measuring a folder runs the same network on
 * many clips at once.)
 * @param backend  where the sums are done
 */
export function createFrameClassifier(model: Model, backend: ComputeBackend): FrameClassifier {
  const { coefficients } = model.features;
  const network = backend.createNetwork(model.shape, model.parameters);
  const openSet = OpenSetScorer.of(model, backend);
  // Reused, as live windows come ten times a second and have the same length.
  let normalised = new Float32Array(0);
  const lengths = new Int32Array(1);

  const answerOf = (answering: Network, rawMfcc: Float32Array): Float32Array => {
    const frameCount = rawMfcc.length / coefficients;
    if (frameCount < 1 || !Number.isInteger(frameCount))
      throw new HeedError(
        'shape-mismatch',
        `This model takes frames of ${coefficients} coefficients; ${rawMfcc.length} values are not a whole number of them.`,
      );
    if (normalised.length !== rawMfcc.length) normalised = new Float32Array(rawMfcc.length);
    normaliseFrames(rawMfcc, model.normaliser, normalised);
    lengths[0] = frameCount;
    // A copy: the network may reuse what it returns.
    return Float32Array.from(answering.forward({ inputs: normalised, lengths, frameCount }));
  };
  const logitsOfFrames = (rawMfcc: Float32Array): Float32Array => answerOf(network, rawMfcc);
  const posteriorsOfFrames = (rawMfcc: Float32Array): Float32Array => {
    const posteriors = logitsOfFrames(rawMfcc);
    softmaxRows(posteriors, model.shape.classCount, posteriors);
    return posteriors;
  };
  return {
    model,
    logitsOfFrames,
    posteriorsOfFrames,
    openSetPosteriorsOfFrames: (rawMfcc) => {
      const posteriors = posteriorsOfFrames(rawMfcc);
      if (openSet?.concerns(posteriors)) openSet.adjust(answerOf(openSet.states, rawMfcc), posteriors);
      return posteriors;
    },
  };
}
