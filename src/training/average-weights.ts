import { HeedError } from '../errors.ts';
import { featureHash, type FeatureSettings } from '../features/settings.ts';
import { sameNormaliser, type Normaliser } from '../features/normaliser.ts';
import { encodeShape } from '../model/onnx/shape-metadata.ts';
import type { ClassifierShape } from '../nn/network.ts';
import { isConstrained } from './compress/projection.ts';
import type { TrainTuning } from './settings.ts';
import type { StartModel } from './start-from-model.ts';

/** What a training makes, as far as another model's weights must fit it. */
export interface AveragedNetwork {
  readonly shape: ClassifierShape;
  readonly features: FeatureSettings;
  readonly normaliser: Normaliser;
  readonly tuning: TrainTuning;
}

/**
 * Averages weights with those of a model that they descend from, or that descends from the same one: near each other in
 * that way, the average of two networks does what both do, and serves what only one of them was good at.
 *
 * @param share  of the other weights, 0 to 1
 * @see Wortsman et al. 2022, Robust fine-tuning of zero-shot models (CVPR)
 */
export function averageWeights(own: Float32Array, other: Float32Array, share: number): Float32Array {
  return own.map((value, i) => (1 - share) * value + share * other[i]!);
}

/** @throws {HeedError} usage where the weights of a model cannot be averaged with those of a training */
export function checkAveraging({ model }: StartModel, path: string, trained: AveragedNetwork): void {
  const refuse = (why: string): HeedError =>
    new HeedError('usage', `The weights of ${path} cannot be averaged with those of this training: ${why}.`);
  if (isConstrained(trained.tuning)) throw refuse('zeros, eight bits and low rank would be lost');
  if (JSON.stringify(encodeShape(model.shape)) !== JSON.stringify(encodeShape(trained.shape)))
    throw refuse('the networks have different shapes');
  if (featureHash(model.features) !== featureHash(trained.features)) throw refuse('the features differ');
  if (!sameNormaliser(model.normaliser, trained.normaliser))
    throw refuse('the features are normalised differently; begin with one of its relatives (--from)');
}
