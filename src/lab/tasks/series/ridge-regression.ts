/** Predicts a number from features. */
export type LinearModel = (features: ArrayLike<number>) => number;

/**
 * Least squares with a penalty on squared weights (Hoerl & Kennard 1970): solves `(XᵀX + λI) w = Xᵀy` by Cholesky's
 * decomposition. The intercept is not penalised.
 *
 * @param rows features of each example, all of the same number
 * @param penalty λ, above 0, so that the system has a solution whatever the features are
 */
export function fitRidge(rows: readonly ArrayLike<number>[], targets: ArrayLike<number>, penalty: number): LinearModel {
  const size = rows[0]!.length + 1;
  const at = (row: ArrayLike<number>, i: number): number => (i === size - 1 ? 1 : row[i]!);
  const system = Array.from({ length: size }, () => new Float64Array(size));
  const right = new Float64Array(size);
  rows.forEach((row, index) => {
    for (let i = 0; i < size; i++) {
      right[i] = right[i]! + at(row, i) * targets[index]!;
      for (let j = 0; j <= i; j++) system[i]![j] = system[i]![j]! + at(row, i) * at(row, j);
    }
  });
  for (let i = 0; i < size - 1; i++) system[i]![i] = system[i]![i]! + penalty;
  const weights = solveSymmetric(system, right);
  return (features) => {
    let sum = 0;
    for (let i = 0; i < size; i++) sum += weights[i]! * at(features, i);
    return sum;
  };
}

/** Solves `A x = b` for a positive definite A, of which the lower triangle is read and overwritten. */
function solveSymmetric(A: readonly Float64Array[], b: Float64Array): Float64Array {
  const n = b.length;
  for (let i = 0; i < n; i++)
    for (let j = 0; j <= i; j++) {
      let sum = A[i]![j]!;
      for (let k = 0; k < j; k++) sum -= A[i]![k]! * A[j]![k]!;
      A[i]![j] = i === j ? Math.sqrt(sum) : sum / A[j]![j]!;
    }
  const x = b.slice();
  for (let i = 0; i < n; i++) {
    for (let k = 0; k < i; k++) x[i] = x[i]! - A[i]![k]! * x[k]!;
    x[i] = x[i]! / A[i]![i]!;
  }
  for (let i = n - 1; i >= 0; i--) {
    for (let k = i + 1; k < n; k++) x[i] = x[i]! - A[k]![i]! * x[k]!;
    x[i] = x[i]! / A[i]![i]!;
  }
  return x;
}
