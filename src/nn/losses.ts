import { distillationLoss } from './distillation.ts';
import type { Matrix } from './matrix.ts';
import { UNSCORED, type NetworkShape, type SequenceBatch, type Targets } from './network.ts';

/** What a loss says about some answers of a batch. */
export interface LossResult {
  /** Their share of the batch's mean loss. */
  readonly loss: number;
  /** Those whose largest logit was the right class; 0 for mean squared error. */
  readonly correct: number;
}

/**
 * The loss of some answers of a batch, and its gradient.
 *
 * @param logits `[answers, C]`; rows past `answers` are left alone
 * @param targets of the whole batch
 * @param answers `[answers]`: which target each answer is compared with
 * @param scored what `scoredAnswers` says of the batch: the loss is a mean over all of those
 * @param dLogits `[answers, C]`, overwritten with the gradient
 */
export function lossWithGradient(
  logits: Matrix,
  targets: Targets,
  answers: Int32Array,
  scored: number,
  dLogits: Matrix,
): LossResult {
  if (targets.loss === 'cross-entropy' && targets.teacher)
    return distillationLoss(logits, targets.classes, targets.teacher, answers, scored, dLogits);
  return targets.loss === 'cross-entropy'
    ? softmaxCrossEntropy(logits, targets.classes, answers, scored, dLogits)
    : meanSquaredError(logits, targets.values, answers, scored, dLogits);
}

/** How many answers of a batch are compared with a target: its sequences, or without pooling its scored frames. */
export function scoredAnswers(shape: NetworkShape, { lengths, frameCount }: SequenceBatch, targets: Targets): number {
  if (shape.pooling !== 'none') return lengths.length;
  return lengths.reduce((sum, length, b) => {
    if (targets.loss === 'mean-squared-error') return sum + length;
    const classes = targets.classes.subarray(b * frameCount, b * frameCount + length);
    return sum + classes.reduce((count, target) => count + (target === UNSCORED ? 0 : 1), 0);
  }, 0);
}

/**
 * Cross-entropy of the softmax, in the form that cannot overflow: with m the largest logit and N the scored answers,
 *
 *     loss_a = ln Σ_c exp(l_c − m) + m − l_target        dl_c = (softmax(l)_c − [c = target]) / N
 */
function softmaxCrossEntropy(
  logits: Matrix,
  classes: Int32Array,
  answers: Int32Array,
  scored: number,
  dLogits: Matrix,
): LossResult {
  const { values, columns } = logits;
  let loss = 0;
  let correct = 0;
  answers.forEach((answer, a) => {
    const target = classes[answer]!;
    const row = a * columns;
    if (target === UNSCORED) {
      dLogits.values.fill(0, row, row + columns);
      return;
    }
    let best = 0;
    for (let c = 1; c < columns; c++) if (values[row + c]! > values[row + best]!) best = c;
    const largest = values[row + best]!;
    let sum = 0;
    for (let c = 0; c < columns; c++) sum += Math.exp(values[row + c]! - largest);
    for (let c = 0; c < columns; c++)
      dLogits.values[row + c] = (Math.exp(values[row + c]! - largest) / sum - (c === target ? 1 : 0)) / scored;
    loss += Math.log(sum) + largest - values[row + target]!;
    if (best === target) correct++;
  });
  return { loss: loss / scored, correct };
}

/** Mean squared error over all C logits of N scored answers: `loss = Σ (l − y)² / (N·C)`, `dl = 2 (l − y) / (N·C)`. */
function meanSquaredError(
  logits: Matrix,
  targets: Float32Array | Float64Array,
  answers: Int32Array,
  scored: number,
  dLogits: Matrix,
): LossResult {
  const { values, columns } = logits;
  const total = scored * columns;
  let loss = 0;
  answers.forEach((answer, a) => {
    for (let c = 0; c < columns; c++) {
      const error = values[a * columns + c]! - targets[answer * columns + c]!;
      loss += error * error;
      dLogits.values[a * columns + c] = (2 * error) / total;
    }
  });
  return { loss: loss / total, correct: 0 };
}
