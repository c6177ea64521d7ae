import type { Matrix } from './matrix.ts';
import type { Targets } from './network.ts';

/** What a loss says about some sequences of a batch. */
export interface LossResult {
  /** Their share of the batch's mean loss. */
  readonly loss: number;
  /** Those whose largest logit was the right class; 0 for mean squared error. */
  readonly correct: number;
}

/**
 * The loss of sequences `from` to `from + count` of a batch, and its gradient.
 *
 * @param logits `[count, C]`
 * @param targets of the whole batch
 * @param batchSize B: the loss is a mean over the whole batch
 * @param dLogits `[count, C]`, overwritten with the gradient
 */
export function lossWithGradient(
  logits: Matrix,
  targets: Targets,
  from: number,
  count: number,
  batchSize: number,
  dLogits: Matrix,
): LossResult {
  return targets.loss === 'cross-entropy'
    ? softmaxCrossEntropy(logits, targets.classes.subarray(from, from + count), batchSize, dLogits)
    : meanSquaredError(logits, targets.values.subarray(from * logits.columns), count, batchSize, dLogits);
}

/**
 * Cross-entropy of the softmax, in the form that cannot overflow: with m the largest logit,
 *
 *     loss_b = ln Σ_c exp(l_c − m) + m − l_target        dl_c = (softmax(l)_c − [c = target]) / B
 */
function softmaxCrossEntropy(logits: Matrix, classes: Int32Array, batchSize: number, dLogits: Matrix): LossResult {
  const { values, columns } = logits;
  let loss = 0;
  let correct = 0;
  classes.forEach((target, b) => {
    const row = b * columns;
    let best = 0;
    for (let c = 1; c < columns; c++) if (values[row + c]! > values[row + best]!) best = c;
    const largest = values[row + best]!;
    let sum = 0;
    for (let c = 0; c < columns; c++) sum += Math.exp(values[row + c]! - largest);
    for (let c = 0; c < columns; c++)
      dLogits.values[row + c] = (Math.exp(values[row + c]! - largest) / sum - (c === target ? 1 : 0)) / batchSize;
    loss += Math.log(sum) + largest - values[row + target]!;
    if (best === target) correct++;
  });
  return { loss: loss / batchSize, correct };
}

/** Mean squared error over all B·C logits: `loss = Σ (l − y)² / (B·C)`, `dl = 2 (l − y) / (B·C)`. */
function meanSquaredError(
  logits: Matrix,
  targets: Float32Array | Float64Array,
  count: number,
  batchSize: number,
  dLogits: Matrix,
): LossResult {
  const total = batchSize * logits.columns;
  let loss = 0;
  for (let i = 0; i < count * logits.columns; i++) {
    const error = logits.values[i]! - targets[i]!;
    loss += error * error;
    dLogits.values[i] = (2 * error) / total;
  }
  return { loss: loss / total, correct: 0 };
}
