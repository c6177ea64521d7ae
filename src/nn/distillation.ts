import type { LossResult } from './losses.ts';
import type { Matrix } from './matrix.ts';
import { UNSCORED, type Teaching } from './network.ts';

/**
 * What a network learns from a teacher (Hinton, Vinyals & Dean 2015, section 2): the right class y, mixed with the teacher's
 * softened posteriors q. With p the softmax of the logits, p_T that of the logits divided by the temperature T, and α the
 * teacher's share:
 *
 *     loss_a = (1 − α)·(−ln p_y) + α·T²·Σ_c q_c·ln(q_c / p_Tc)
 *     dl_c   = ((1 − α)·(p_c − [c = y]) + α·T·(p_Tc − q_c)) / N
 *
 * T² keeps the teacher's part of the gradient as large as it is at T = 1.
 * @param logits `[answers, C]`
 * @param classes  of the whole batch, as the posteriors
 * @param answers `[answers]`: which of them each answer is compared with
 * @param scored N, the answers of the batch that have a target
 */
export function distillationLoss(
  logits: Matrix,
  classes: Int32Array,
  { posteriors, temperature, share }: Teaching,
  answers: Int32Array,
  scored: number,
  dLogits: Matrix,
): LossResult {
  const { values, columns } = logits;
  const plain = new Float64Array(columns);
  const soft = new Float64Array(columns);
  let loss = 0;
  let correct = 0;
  answers.forEach((answer, a) => {
    const row = a * columns;
    const target = classes[answer]!;
    if (target === UNSCORED) {
      dLogits.values.fill(0, row, row + columns);
      return;
    }
    const best = logSoftmax(values, row, 1, plain);
    logSoftmax(values, row, temperature, soft);
    loss -= (1 - share) * plain[target]!;
    for (let c = 0; c < columns; c++) {
      const q = posteriors[answer * columns + c]!;
      if (q > 0) loss += share * temperature ** 2 * q * (Math.log(q) - soft[c]!);
      dLogits.values[row + c] =
        ((1 - share) * (Math.exp(plain[c]!) - (c === target ? 1 : 0)) +
          share * temperature * (Math.exp(soft[c]!) - q)) /
        scored;
    }
    if (best === target) correct++;
  });
  return { loss: loss / scored, correct };
}

/** `out[c] = ln softmax(row / temperature)_c`. @returns the index of the largest */
function logSoftmax(values: ArrayLike<number>, row: number, temperature: number, out: Float64Array): number {
  const columns = out.length;
  let best = 0;
  for (let c = 1; c < columns; c++) if (values[row + c]! > values[row + best]!) best = c;
  let sum = 0;
  for (let c = 0; c < columns; c++) {
    out[c] = (values[row + c]! - values[row + best]!) / temperature;
    sum += Math.exp(out[c]!);
  }
  const logSum = Math.log(sum);
  for (let c = 0; c < columns; c++) out[c]! -= logSum;
  return best;
}
