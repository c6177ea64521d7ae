import type { EpochDraw, LabelClips } from '../dataset/epoch-draw.ts';
import { UNKNOWN_LABEL } from '../model/model.ts';
import type { ClassifierShape } from '../nn/network.ts';
import { parameterSet, tensorValues, type FloatArray, type ParameterSet } from '../nn/parameters.ts';

/**
 * The classes a network has while it is trained, and what becomes of them in the model.
 *
 * First come the model's labels, then the words that count as `_unknown_`, each by its name. In the first part of a run
 * a clip of such a word is learned by its name, later as `_unknown_`; the model keeps the labels only. And where a label
 * was drawn more often than others, its bias is lowered by the logarithm of how much, so that the model's posteriors are
 * those for words that come equally often (Saerens, Latinne & Decaestecker 2002, eq. 2.4).
 */
export class ClassPlan {
  readonly labels: readonly string[];
  /** The words that are told apart in the first part of a run. */
  readonly named: readonly string[];
  /** `[labels]`, added to the logits that the training gives. */
  readonly #shift: Float32Array;
  readonly #unknown: number;
  /** `[clips]`: the class of each clip by its word. */
  readonly #classByName: Int32Array;

  /**
   * @param draws  `[labels]`
   * @param words  `[clips]`, the word of each clip
   * @param usualCount  examples of a label in an epoch that is drawn as often as others
   * @param naming  whether unknown words are ever told apart
   */
  constructor(
    labels: readonly string[],
    draws: readonly LabelClips[],
    words: readonly string[],
    usualCount: number,
    naming = true,
  ) {
    this.labels = labels;
    this.#unknown = labels.indexOf(UNKNOWN_LABEL);
    this.#shift = Float32Array.from(draws, ({ count }) => -Math.log(count / usualCount));
    this.named =
      this.#unknown < 0 || !naming ? [] : [...new Set(words)].filter((word) => !labels.includes(word)).sort();
    const classes = new Map([...labels, ...this.named].map((label, index) => [label, index]));
    this.#classByName = Int32Array.from(words, (word) => classes.get(word) ?? this.#unknown);
  }

  /** `[labels]`: what is added to the logits that the training gives. */
  get shift(): readonly number[] {
    return [...this.#shift];
  }

  /** Classes of the network in training. */
  get classCount(): number {
    return this.labels.length + this.named.length;
  }

  /** The same draw with the clips of `_unknown_` as the words that they are; what is cut off stays unknown. */
  byName(draw: EpochDraw): EpochDraw {
    const classes = draw.classes.map((labelled, i) => {
      const clip = draw.clips[i]!;
      return labelled === this.#unknown && clip >= 0 ? this.#classByName[clip]! : labelled;
    });
    return { clips: draw.clips, classes };
  }

  /**
   * What the model will answer: the logits of its labels, from those of the training.
   * @param logits  `[batch, classCount]`
   * @param naming  whether unknown words are still told apart: then each speaks for `_unknown_`
   * @param out  `[labels]`
   */
  answer(logits: FloatArray, row: number, naming: boolean, out: Float32Array): void {
    const start = row * this.classCount;
    for (let label = 0; label < this.labels.length; label++) out[label] = logits[start + label]! + this.#shift[label]!;
    if (!naming || this.#unknown < 0) return;
    const at = start + this.#unknown;
    const candidates = [at, ...this.named.map((_, i) => start + this.labels.length + i)];
    const largest = candidates.reduce((high, index) => Math.max(high, logits[index]!), Number.NEGATIVE_INFINITY);
    const sum = candidates.reduce((total, index) => total + Math.exp(logits[index]! - largest), 0);
    out[this.#unknown] = largest + Math.log(sum) + this.#shift[this.#unknown]!;
  }

  /** Turns the biases of a model's head back into those of the training, in place. @param bias `[labels]` */
  undoShift(bias: FloatArray): void {
    for (let label = 0; label < bias.length; label++) bias[label]! -= this.#shift[label]!;
  }

  /** The model's parameters: those of the training, with the head of the model's labels only. */
  modelParameters(trained: ClassifierShape, values: FloatArray): { shape: ClassifierShape; parameters: ParameterSet } {
    const shape: ClassifierShape = { ...trained, classCount: this.labels.length };
    const parameters = parameterSet(shape);
    const from = parameterSet(trained, 'float32', values);
    for (const { name, length } of parameters.tensors)
      tensorValues(parameters, name).set(tensorValues(from, name).subarray(0, length));
    const bias = tensorValues(parameters, 'head.bias');
    for (let label = 0; label < bias.length; label++) bias[label]! += this.#shift[label]!;
    return { shape, parameters };
  }
}
