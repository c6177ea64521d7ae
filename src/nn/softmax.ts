import type { FloatArray } from './parameters.ts';

/**
 * Softmax of each row, `p[b, c] = exp(l[b, c]) / Σ_c exp(l[b, c])`, with the row's maximum subtracted first so that no
 * finite logit overflows.
 *
 * @param logits `[B, C]`
 * @param out `[B, C]`; may be `logits` itself; float32 where left out
 */
export function softmaxRows(
  logits: FloatArray,
  classes: number,
  out: FloatArray = new Float32Array(logits.length),
): FloatArray {
  for (let row = 0; row < logits.length; row += classes) {
    let largest = Number.NEGATIVE_INFINITY;
    for (let c = 0; c < classes; c++) largest = Math.max(largest, logits[row + c]!);
    let sum = 0;
    for (let c = 0; c < classes; c++) sum += Math.exp(logits[row + c]! - largest);
    for (let c = 0; c < classes; c++) out[row + c] = Math.exp(logits[row + c]! - largest) / sum;
  }
  return out;
}
