import type { ExampleMaker } from '../../dataset/example-maker.ts';
import { UNKNOWN_LABEL, type Model } from '../../model/model.ts';
import type { Compute } from '../compute.ts';
import type { AdaptationSet, Take, TakeSplit } from './adaptation-set.ts';
import type { FinetuneTuning } from './settings.ts';
import { plainFeatures, variedFeatures, type FeatureExamples } from './take-features.ts';

/** Variations by which takes are measured that are too few to hold any out. */
const HELD_OUT_VARIATIONS = 2;
/** Names those variations; no pass has this number. */
const HELD_OUT_EPOCH = -1;

/** Features of takes: as they are, and varied. */
export class TakeVariations {
  readonly #from: Model;
  readonly #labels: readonly string[];
  readonly #split: TakeSplit;
  /** The takes that the makers know: those to train on, then the user's that are held out. */
  readonly #made: readonly Take[];
  readonly #tuning: FinetuneTuning;
  readonly #compute: Compute;
  /** For takes of new words, and for those of labels that the model knows. */
  readonly #makers: readonly ExampleMaker[];

  constructor(
    from: Model,
    labels: readonly string[],
    set: AdaptationSet,
    split: TakeSplit,
    tuning: FinetuneTuning,
    seed: number,
    compute: Compute,
  ) {
    this.#from = from;
    this.#labels = labels;
    this.#split = split;
    this.#tuning = tuning;
    this.#compute = compute;
    this.#made = [...split.training, ...split.heldOut.filter((take) => !set.validation.includes(take))];
    this.#makers = [tuning.newWordAugment, tuning.augment].map((augment) =>
      compute.createExampleMaker(
        {
          clips: this.#made.map(({ clip }) => clip),
          anywhere: this.#made.map(({ label }) => label === UNKNOWN_LABEL),
          background: set.background,
          augment,
          seed,
        },
        from.features,
      ),
    );
  }

  /** All takes, those held out too: as they are, then their variations. */
  async all(): Promise<FeatureExamples> {
    return concatenated(this.#plain(this.#made), await this.#make(this.#made, this.#tuning.variations, 0));
  }

  /** The take that each of so many examples of `all` is of, by a number. */
  takesOf(exampleCount: number): Int32Array {
    return Int32Array.from({ length: exampleCount }, (_, i) => i % this.#made.length);
  }

  /** Which of so many examples of `all` are of takes to train on. */
  trainingRows(exampleCount: number): number[] {
    const examples = Array.from({ length: exampleCount }, (_, i) => i);
    return examples.filter((i) => i % this.#made.length < this.#split.training.length);
  }

  /** New variations for one pass. */
  async pass(number: number): Promise<FeatureExamples> {
    const takes = this.#split.training;
    return this.#make(takes, this.#tuning.variationsPerPass, number);
  }

  async heldOut(): Promise<FeatureExamples> {
    const { heldOut, fewTakes } = this.#split;
    const known = heldOut.filter(({ label }) => this.#labels.includes(label));
    const plain = this.#plain(known);
    return concatenated(plain, await this.#make(fewTakes, HELD_OUT_VARIATIONS, HELD_OUT_EPOCH));
  }

  #plain(takes: readonly Take[]): FeatureExamples {
    const { normaliser, features } = this.#from;
    const extractor = this.#compute.createExtractor(features);
    const clips = takes.map(({ clip }) => clip);
    return { features: plainFeatures(clips, extractor, normaliser), classes: this.#classesOf(takes) };
  }

  async #make(takes: readonly Take[], variations: number, epoch: number): Promise<FeatureExamples> {
    const { features, normaliser } = this.#from;
    const repeated = Array.from({ length: variations }, () => takes).flat();
    const windowValues = features.windowFrames * features.coefficients;
    const varied = new Float32Array(repeated.length * windowValues);
    for (const [kind, maker] of this.#makers.entries()) {
      const known = kind === 1;
      const rows = repeated.flatMap(({ label }, row) => (this.#from.labels.includes(label) === known ? [row] : []));
      const entries = Int32Array.from(rows, (row) => this.#made.indexOf(repeated[row]!));
      const made = await variedFeatures(maker, entries, epoch, windowValues, normaliser);
      rows.forEach((row, i) => varied.set(made.subarray(i * windowValues, (i + 1) * windowValues), row * windowValues));
    }
    return { features: varied, classes: this.#classesOf(repeated) };
  }

  #classesOf(takes: readonly Take[]): Int32Array {
    return Int32Array.from(takes, ({ label }) => this.#labels.indexOf(label));
  }
}

function concatenated(a: FeatureExamples, b: FeatureExamples): FeatureExamples {
  const features = new Float32Array(a.features.length + b.features.length);
  features.set(a.features);
  features.set(b.features, a.features.length);
  return { features, classes: Int32Array.from([...a.classes, ...b.classes]) };
}
