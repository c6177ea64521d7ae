import type { EpochDraw } from '../dataset/epoch-draw.ts';
import type { ExampleMaker } from '../dataset/example-maker.ts';
import { HeedError } from '../errors.ts';
import { sameNormaliser } from '../features/normaliser.ts';
import { featureHash, type FeatureSettings } from '../features/settings.ts';
import { UNKNOWN_LABEL, type Model } from '../model/model.ts';
import type { ComputeBackend, Network, SequenceBatch, Teaching } from '../nn/network.ts';
import { softmaxRows } from '../nn/softmax.ts';
import { BatchBuffer } from './batch.ts';
import type { ClassPlan } from './class-plan.ts';

/** How much is learned from a teacher, and how softly. */
export interface TeachingSettings {
  readonly temperature: number;
  readonly share: number;
}

/** What a network's inputs are made by. */
export type Hearing = Pick<Model, 'features' | 'normaliser'>;

/** A trained model from whose answers another is trained (knowledge distillation; see `distillationLoss`). */
export class Teacher {
  readonly #model: Model;
  readonly #network: Network;
  readonly #settings: TeachingSettings;
  readonly #classes: ClassPlan;
  /** `[the teacher's labels]`, their places among the student's. */
  readonly #places: readonly number[];
  readonly #own: { readonly maker: ExampleMaker; readonly buffer: BatchBuffer } | undefined;

  /**
   * @param student  how the student hears
   * @param createMaker  of the same examples with the teacher's features; asked where it hears otherwise than the student
   * @throws {HeedError} dataset where it knows other labels than the student is to learn
   */
  constructor(
    model: Model,
    settings: TeachingSettings,
    classes: ClassPlan,
    student: Hearing,
    batchSize: number,
    backend: ComputeBackend,
    createMaker: (features: FeatureSettings) => ExampleMaker,
  ) {
    const places = model.labels.map((label) => classes.labels.indexOf(label));
    if (places.includes(-1) || places.length !== classes.labels.length)
      throw new HeedError(
        'dataset',
        `The teacher knows ${model.labels.join(', ')}, and this training ${classes.labels.join(', ')}; ` +
          'choose a teacher of the same labels, or learn its labels with --labels.',
      );
    this.#model = model;
    this.#network = backend.createNetwork(model.shape, model.parameters);
    this.#settings = settings;
    this.#classes = classes;
    this.#places = places;
    this.#own = hearsAlike(model, student)
      ? undefined
      : { maker: createMaker(model.features), buffer: new BatchBuffer(model.features, batchSize) };
  }

  /**
   * What the teacher answers to a batch, over the classes of the training.
   *
   * Its logits are first raised as those of the training are (`ClassPlan`). While unknown words are learned by name, what
   * it holds for `_unknown_` goes to the word that the example is of.
   * @param draw  the examples of the batch, with the classes they are learned as
   * @param batch  the student's; used where the teacher hears alike
   * @param start  the first example's position in its epoch
   */
  async teach(draw: EpochDraw, epoch: number, start: number, batch: SequenceBatch): Promise<Teaching> {
    const { temperature, share } = this.#settings;
    const { labels, classCount } = this.#classes;
    const answers = await this.#network.forwardAsync(await this.#batchFor(draw, epoch, start, batch));
    const posteriors = new Float32Array(draw.clips.length * classCount);
    const unknown = labels.indexOf(UNKNOWN_LABEL);
    const logits = new Float32Array(labels.length);
    for (let example = 0; example < draw.clips.length; example++) {
      this.#places.forEach((place, i) => (logits[place] = answers[example * labels.length + i]!));
      this.#classes.undoShift(logits);
      const soft = softmaxRows(
        logits.map((logit) => logit / temperature),
        labels.length,
      );
      const row = posteriors.subarray(example * classCount, (example + 1) * classCount);
      const learned = draw.classes[example]!;
      soft.forEach(
        (posterior, label) => (row[label === unknown && learned >= labels.length ? learned : label] = posterior),
      );
    }
    return { posteriors, temperature, share };
  }

  async #batchFor(draw: EpochDraw, epoch: number, start: number, batch: SequenceBatch): Promise<SequenceBatch> {
    if (!this.#own) return batch;
    const { maker, buffer } = this.#own;
    const own = buffer.batch(draw.clips.length);
    await maker.make(draw.clips, epoch, start, own.inputs, this.#model.normaliser);
    return own;
  }
}

function hearsAlike(teacher: Model, { features, normaliser }: Hearing): boolean {
  return featureHash(teacher.features) === featureHash(features) && sameNormaliser(teacher.normaliser, normaliser);
}
