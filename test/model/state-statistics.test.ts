import { describe, expect, it } from 'vitest';
import { choleskyFactor, solveByFactor } from '../../src/model/state-statistics.ts';
import { createRandom } from '../../src/random.ts';

const random = createRandom(1);
const size = 7;
/** A·Aᵀ of random numbers: symmetric, with as many directions as A has columns. */
function randomCovariance(columns: number): Float64Array {
  const a = Float64Array.from({ length: size * columns }, () => random.normal());
  return Float64Array.from({ length: size * size }, (_, at) => {
    const [row, column] = [Math.floor(at / size), at % size];
    let sum = 0;
    for (let k = 0; k < columns; k++) sum += a[row * columns + k]! * a[column * columns + k]!;
    return sum;
  });
}

describe('the Cholesky factor', () => {
  it('times its transpose is the matrix', () => {
    const matrix = randomCovariance(20);
    const factor = choleskyFactor(matrix, size, 1e-9);
    for (let i = 0; i < size; i++)
      for (let j = 0; j < size; j++) {
        let sum = 0;
        for (let k = 0; k < size; k++) sum += factor[i * size + k]! * factor[j * size + k]!;
        expect(sum).toBeCloseTo(matrix[i * size + j]!, 9);
        if (j > i) expect(factor[i * size + j]).toBe(0);
      }
  });

  it('solves equations of the matrix', () => {
    const matrix = randomCovariance(20);
    const x = Float64Array.from({ length: size }, () => random.normal());
    const b = x.map((_, i) => x.reduce((sum, value, j) => sum + matrix[i * size + j]! * value, 0));
    const solved = solveByFactor(choleskyFactor(matrix, size, 1e-9), size, b);
    solved.forEach((value, i) => expect(value).toBeCloseTo(x[i]!, 9));
  });

  it('is finite, with a positive diagonal, for a matrix of fewer samples than directions', () => {
    const factor = choleskyFactor(randomCovariance(2), size, 1e-3);
    expect(factor.every(Number.isFinite)).toBe(true);
    for (let i = 0; i < size; i++) expect(factor[i * size + i]).toBeGreaterThan(0);
  });
});
