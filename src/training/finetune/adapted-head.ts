import { UNKNOWN_LABEL, type Model } from '../../model/model.ts';
import { solveByFactor, type StateStatistics } from '../../model/state-statistics.ts';
import { softmaxRows } from '../../nn/softmax.ts';
import { parameterSet, tensorValues } from '../../nn/parameters.ts';
import { setBorder } from './border.ts';
import { fitHead, headLogits, type Head, type StateExamples } from './head.ts';
import { classMeans, startNewRows } from './new-rows.ts';
import { drawOldStates, strayed } from './old-states.ts';
import type { FinetuneTuning } from './settings.ts';
import { chooseThreshold } from './thresholds.ts';

/** A head of more classes than the model's, fitted to the user's takes and to what stands for the old words. */
export class AdaptedHead {
  readonly head: Head;
  /** `[C]`: the rows that fitting and training may change. */
  readonly trainable: readonly boolean[];
  readonly #labels: readonly string[];
  readonly #old: StateExamples;
  readonly #from: Model;
  readonly #states: StateStatistics;
  /** Names of groups that count for a new word. */
  readonly #adopted: ReadonlySet<string>;

  /**
   * @param labels  the model's, then the new ones
   * @param statistics  of the model, on its own layers
   * @param examples  states of the user's takes, on the same layers
   */
  constructor(
    from: Model,
    labels: readonly string[],
    statistics: StateStatistics,
    examples: StateExamples,
    tuning: FinetuneTuning,
    seed: number,
  ) {
    this.#from = from;
    this.#labels = labels;
    this.#states = statistics;
    this.#adopted = adoptedGroups(statistics, examples, from.labels, labels);
    this.#old = drawOldStates(
      statistics,
      tuning.oldStates,
      (name, label) => labels.indexOf(this.#adopted.has(name) ? name : label),
      seed,
    );
    this.head = extendedHead(from, labels.length);
    answerAsBefore(this.head, this.#old, from.labels.length);
    this.trainable = trainableRows(this.head, examples, from.labels.length);
    this.fit(examples, tuning, seed);
  }

  /** Fits the rows anew to other states of the takes: on changed layers, or of more takes. */
  fit(examples: StateExamples, tuning: FinetuneTuning, seed: number): void {
    const { length } = this.#from.labels;
    const isNew = this.#labels.map((_, c) => c >= length);
    const fresh = extendedHead(this.#from, this.#labels.length);
    this.head.weights.set(fresh.weights);
    this.head.bias.set(fresh.bias);
    const added = examples.classes.filter((c) => isNew[c]).length;
    startNewRows(this.head, examples, this.#states, this.#labels, isNew, added / (1 + tuning.variations));
    // New rows stay as discriminant analysis has them: regression on one voice draws their border to the unknown too wide.
    // Where a model has no unknown, it only has to tell its words apart, and regression does that best.
    const hasUnknown = this.#from.labels.includes(UNKNOWN_LABEL);
    const fitted = this.trainable.map((trainable, c) => trainable && (c < length || !hasUnknown));
    if (fitted.includes(true))
      fitHead(this.head, joined(this.#old, strayed(examples, this.#states, seed)), {
        trainable: fitted,
        epochs: tuning.headEpochs,
        learningRate: tuning.headLearningRate,
        seed,
        enough: (head) => shareRight(head, examples, hasUnknown ? length : Infinity) >= ENOUGH_RIGHT,
      });
    if (hasUnknown) setBorder(this.head, examples, this.#states, this.#labels, length, this.#adopted);
  }

  /** `[N, C]` */
  logits({ states, classes }: StateExamples): Float32Array {
    const C = this.head.classCount;
    const logits = new Float32Array(classes.length * C);
    const row = new Float64Array(C);
    for (let i = 0; i < classes.length; i++) {
      headLogits(this.head, states, i, row);
      logits.set(row, i * C);
    }
    return logits;
  }

  /** `[C]`: the model's thresholds for its labels, and for the new ones what suits the states. */
  thresholds(examples: StateExamples): number[] {
    const C = this.#labels.length;
    const posteriors = (of: StateExamples): Float32Array => {
      const values = this.logits(of);
      softmaxRows(values, C, values);
      return values;
    };
    const sources = [examples, this.#old].map((of) => ({ classes: of.classes, values: posteriors(of) }));
    return this.#labels.map((label, c) => {
      const own: number[] = [];
      const other: number[] = [];
      for (const { classes, values } of sources)
        classes.forEach((truth, i) => (truth === c ? own : other).push(values[i * C + c]!));
      return this.#from.decision.thresholds[c] ?? chooseThreshold(label, { own, other });
    });
  }
}

/** A correction ends once so many variations of the takes are right: the less rows move, the less the old words lose. */
const ENOUGH_RIGHT = 0.98;

/** The share of the examples of the first labels that a head answers rightly; 1 where there are none. */
function shareRight(head: Head, { states, classes }: StateExamples, labelCount: number): number {
  const logits = new Float64Array(head.classCount);
  let right = 0;
  let count = 0;
  classes.forEach((truth, i) => {
    if (truth >= labelCount) return;
    headLogits(head, states, i, logits);
    count++;
    if (logits[truth]! >= Math.max(...logits)) right++;
  });
  return count === 0 ? 1 : right / count;
}

/**
 * Gives states drawn for old words the class that the old head gives them: what a correction should leave alone is what
 * the head answered, where a Gaussian strays into another word, too.
 */
function answerAsBefore(head: Head, { states, classes }: StateExamples, knownCount: number): void {
  const logits = new Float64Array(head.classCount);
  classes.forEach((truth, i) => {
    if (truth >= knownCount) return;
    headLogits(head, states, i, logits);
    const known = logits.subarray(0, knownCount);
    classes[i] = known.indexOf(Math.max(...known));
  });
}

/** The head of a model with rows of zeros for further classes. */
export function extendedHead({ shape, parameters }: Model, classCount: number): Head {
  const weights = new Float64Array(classCount * shape.hiddenSize);
  const bias = new Float64Array(classCount);
  weights.set(tensorValues(parameters, 'head.weights'));
  bias.set(tensorValues(parameters, 'head.bias'));
  return { classCount, stateSize: shape.hiddenSize, weights, bias };
}

/** A model's weights with another head. */
export function withHead({ shape, parameters }: Model, head: Head): ReturnType<typeof parameterSet> {
  const extended = parameterSet({ ...shape, classCount: head.classCount });
  for (const { name } of parameters.tensors)
    if (!name.startsWith('head.')) tensorValues(extended, name).set(tensorValues(parameters, name));
  tensorValues(extended, 'head.weights').set(head.weights);
  tensorValues(extended, 'head.bias').set(head.bias);
  return extended;
}

/**
 * New labels that the model heard in training as one of the unknown words, and which sound as they did then: what it
 * remembers of them counts for the new word. ("five" in another language sounds otherwise, and stays unknown.)
 */
function adoptedGroups(
  { groups, means, covarianceFactor }: StateStatistics,
  examples: StateExamples,
  oldLabels: readonly string[],
  labels: readonly string[],
): ReadonlySet<string> {
  const H = means.length / groups.length;
  const adopted = new Set<string>();
  classMeans(examples, labels.length).forEach((mean, c) => {
    const label = labels[c]!;
    if (!mean || oldLabels.includes(label)) return;
    const distances = groups.map((group, g) => {
      if (group.label !== UNKNOWN_LABEL) return Number.POSITIVE_INFINITY;
      const difference = mean.map((value, j) => value - means[g * H + j]!);
      const solved = solveByFactor(covarianceFactor, H, difference);
      return solved.reduce((sum, value, j) => sum + value * difference[j]!, 0);
    });
    const nearest = distances.indexOf(Math.min(...distances));
    if (groups[nearest]?.name === label) adopted.add(label);
  });
  return adopted;
}

/**
 * New rows are trained. So are those of known labels of which there are takes, and those for which the model mistook
 * these takes: a false alarm is a matter of two rows.
 */
function trainableRows(old: Head, { states, classes }: StateExamples, knownCount: number): boolean[] {
  const trainable = Array.from({ length: old.classCount }, (_, c) => c >= knownCount);
  const logits = new Float64Array(old.classCount);
  classes.forEach((truth, i) => {
    if (truth >= knownCount) return;
    headLogits(old, states, i, logits);
    const known = logits.subarray(0, knownCount);
    trainable[truth] = true;
    trainable[known.indexOf(Math.max(...known))] = true;
  });
  return trainable;
}

function joined(a: StateExamples, b: StateExamples): StateExamples {
  const states = new Float32Array(a.states.length + b.states.length);
  states.set(a.states);
  states.set(b.states, a.states.length);
  return { states, classes: Int32Array.from([...a.classes, ...b.classes]) };
}
