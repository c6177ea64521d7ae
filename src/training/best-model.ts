import { stat } from 'node:fs/promises';
import { asHeedError, type HeedError } from '../errors.ts';
import type { FeatureSettings } from '../features/settings.ts';
import { saveModel } from '../model/model-file.ts';
import { defaultDecision, type Normaliser } from '../model/model.ts';
import type { StateStatistics } from '../model/state-statistics.ts';
import type { ClassifierShape } from '../nn/network.ts';
import type { BestEpoch } from './checkpoint.ts';
import type { FactoredWeights } from './compress/factored-weights.ts';
import { provenanceOf, scoreOf } from './provenance.ts';
import type { TrainRunSettings } from './settings.ts';
import type { TrainingSet } from './training-set.ts';

/** Keeps the model file of a run: it holds the best weights as soon as there are any. */
export class BestModel {
  readonly #settings: TrainRunSettings;
  readonly #set: TrainingSet;
  readonly #shape: ClassifierShape;
  readonly #features: FeatureSettings;
  readonly #normaliser: Normaliser;
  readonly #factored: FactoredWeights | undefined;
  #unsaved: HeedError | undefined;

  /** @param factored  what the best weights are of where the layers have low rank; else they are the network's own */
  constructor(
    settings: TrainRunSettings,
    set: TrainingSet,
    shape: ClassifierShape,
    features: FeatureSettings,
    normaliser: Normaliser,
    factored?: FactoredWeights,
  ) {
    this.#settings = settings;
    this.#set = set;
    this.#shape = shape;
    this.#features = features;
    this.#normaliser = normaliser;
    this.#factored = factored;
  }

  /** Why the file does not hold the best weights, if it does not. */
  get unsaved(): HeedError | undefined {
    return this.#unsaved;
  }

  /** Writes weights into the model file. A failure is kept in `unsaved`: hours of training outlive a full disk. @param states  of these weights */
  async save({ epoch, score, parameters }: BestEpoch, states?: StateStatistics): Promise<void> {
    const { labels } = this.#set.plan;
    const values = this.#factored?.expand(parameters) ?? parameters;
    const { shape, parameters: kept } = this.#set.classes.modelParameters(this.#shape, values);
    try {
      await saveModel(this.#settings.out, {
        shape,
        parameters: this.#factored ? { ...kept, factors: this.#factored.factorsOf(parameters) } : kept,
        labels,
        features: this.#features,
        normaliser: this.#normaliser,
        decision: defaultDecision(labels),
        provenance: provenanceOf(this.#settings, this.#set, epoch),
        scores: score ? [scoreOf(this.#settings, score)] : [],
        states,
      });
      this.#unsaved = undefined;
    } catch (error) {
      this.#unsaved = asHeedError(error);
    }
  }

  /** The size of the file. @throws {HeedError} file-unwritable where it could not be written */
  async bytes(): Promise<number> {
    if (this.#unsaved) throw this.#unsaved;
    return (await stat(this.#settings.out)).size;
  }
}
