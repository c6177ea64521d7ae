import type { AugmentSettings } from '../dataset/augment/augment.ts';
import type { ExampleMaker } from '../dataset/example-maker.ts';
import type { FeatureSettings } from '../features/settings.ts';
import { UNKNOWN_LABEL } from '../model/model.ts';
import type { Compute } from './compute.ts';
import type { TrainingSet } from './training-set.ts';

/** What varies the clips of a set, within these bounds. */
export function createMaker(
  { clips, background, files, plan }: TrainingSet,
  augment: AugmentSettings,
  seed: number,
  features: FeatureSettings,
  compute: Compute,
): ExampleMaker {
  const anywhere = files.map(({ word }) => plan.labelOf(word) === UNKNOWN_LABEL);
  const words = files.map(({ word }) => word);
  return compute.createExampleMaker({ clips, words, anywhere, background, augment, seed }, features);
}
