import type { ExampleMaker } from '../dataset/example-maker.ts';
import type { FeatureSettings } from '../features/settings.ts';
import type { Normaliser } from '../model/model.ts';
import { createStateNetwork } from '../model/pooled-states.ts';
import type { StateStatistics } from '../model/state-statistics.ts';
import type { ClassifierShape } from '../nn/network.ts';
import { tensorValues, type FloatArray } from '../nn/parameters.ts';
import type { Compute } from './compute.ts';
import { createMaker } from './create-maker.ts';
import { measureStates, stateGroups } from './measure-states.ts';
import { LIVE_AUGMENT_SETTINGS, measureWordStates } from './measure-word-states.ts';
import type { ProgressListener } from './progress.ts';
import type { TrainRunSettings } from './settings.ts';
import type { TrainingSet } from './training-set.ts';

/** A network at the end of its training, and what it was trained on. */
export interface TrainedNetwork {
  readonly settings: TrainRunSettings;
  readonly set: TrainingSet;
  /** As it was trained: with the classes of `set.classes`. */
  readonly shape: ClassifierShape;
  readonly parameters: FloatArray;
  readonly features: FeatureSettings;
  readonly normaliser: Normaliser;
  /** Of the examples that it was trained on. */
  readonly maker: ExampleMaker;
}

/** What a model remembers of the states that its words have: in training, and as a listener hears them. */
export async function keptStatistics(
  { settings, set, shape, parameters, features, normaliser, maker }: TrainedNetwork,
  compute: Compute,
  onProgress: ProgressListener,
): Promise<StateStatistics> {
  const network = createStateNetwork(compute.backend, shape, parameters);
  const common = { network, normaliser, features, seed: settings.seed, onProgress };
  const states = await measureStates({ ...common, maker, groups: stateGroups(set) });
  const model = set.classes.modelParameters(shape, parameters);
  const words = set.plan.labels.flatMap((label, index) => {
    const clips = [...new Set(set.draws[index]!.groups.flat())].filter((entry) => entry >= 0);
    return label.startsWith('_') || clips.length === 0 ? [] : [{ label, index, clips }];
  });
  const heard = await measureWordStates({
    ...common,
    ...{ words, maker: createMaker(set, LIVE_AUGMENT_SETTINGS, settings.seed, features, compute) },
    head: {
      weights: tensorValues(model.parameters, 'head.weights'),
      bias: tensorValues(model.parameters, 'head.bias'),
    },
  });
  return heard ? { ...states, words: heard } : states;
}
