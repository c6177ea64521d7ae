import type { WordStates } from './word-states.ts';

/** The pooled states of one kind of sound: of a word (also of each word within `_unknown_`), or of silence. */
export interface StateGroup {
  /** The word, or what else makes the group one: it is not in the model's labels where it counts as `_unknown_`. */
  readonly name: string;
  /** The model's label for it. */
  readonly label: string;
  /** Examples behind the mean. */
  readonly count: number;
}

/**
 * What a network's head saw in training, summed up: for each group a Gaussian of pooled states with its own mean and the
 * covariance that all share. Words can be added to a model without the recordings it was trained on: states drawn
 * from here stand for the old words, and the covariance says in which directions the voice matters and not the word.
 * No recording can be had back from it.
 */
export interface StateStatistics {
  readonly groups: readonly StateGroup[];
  /** `[groups, H]` */
  readonly means: Float32Array;
  /** `[H, H]`, the lower triangular Cholesky factor of the covariance within groups; zeros above the diagonal */
  readonly covarianceFactor: Float32Array;
  /** How the words are heard live, where that was measured; models of before have it not. */
  readonly words?: WordStates | undefined;
}

/**
 * The Cholesky factor of a symmetric matrix, `A = L·Lᵀ`. A pivot that is not above `floor` is taken for `floor`, so that
 * a matrix of few samples, which has no full rank, has a factor too.
 *
 * @param matrix `[size, size]`; its lower triangle is read
 * @returns `[size, size]`, lower triangular
 * @see Golub & Van Loan, Matrix Computations, algorithm 4.2.1
 */
export function choleskyFactor(matrix: Float64Array, size: number, floor: number): Float64Array {
  const factor = new Float64Array(size * size);
  for (let i = 0; i < size; i++)
    for (let j = 0; j <= i; j++) {
      let sum = matrix[i * size + j]!;
      for (let k = 0; k < j; k++) sum -= factor[i * size + k]! * factor[j * size + k]!;
      factor[i * size + j] = i === j ? Math.sqrt(Math.max(sum, floor)) : sum / factor[j * size + j]!;
    }
  return factor;
}

/**
 * Solves `L·y = x` by forward substitution: what has the covariance `L·Lᵀ` becomes white.
 * @param factor `[size, size]`, lower triangular
 * @param out `[size]`
 */
export function whiten(
  factor: ArrayLike<number>,
  size: number,
  x: ArrayLike<number>,
  out: Float64Array = new Float64Array(size),
): Float64Array {
  for (let i = 0, row = 0; i < size; i++, row += size) {
    let sum = x[i]!;
    for (let k = 0; k < i; k++) sum -= factor[row + k]! * out[k]!;
    out[i] = sum / factor[row + i]!;
  }
  return out;
}

/** Solves `L·Lᵀ·x = b` by forward and back substitution. @param factor `[size, size]`, lower triangular */
export function solveByFactor(factor: ArrayLike<number>, size: number, b: ArrayLike<number>): Float64Array {
  const x = whiten(factor, size, b);
  for (let i = size - 1; i >= 0; i--) {
    let sum = x[i]!;
    for (let k = i + 1; k < size; k++) sum -= factor[k * size + i]! * x[k]!;
    x[i] = sum / factor[i * size + i]!;
  }
  return x;
}
