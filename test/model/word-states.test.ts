import { describe, expect, it } from 'vitest';
import { WordStateSums } from '../../src/model/word-states.ts';
import { createRandom } from '../../src/random.ts';

const SIZE = 3;
const random = createRandom(6, 'word states');

/** Draws about a mean, each axis spread by its own deviation, the first two axes in step. */
function draw(mean: readonly number[], deviations: readonly number[], count: number): number[][] {
  return Array.from({ length: count }, () => {
    const z = mean.map(() => random.normal());
    const step = [z[0]!, 0.6 * z[0]! + 0.8 * z[1]!, z[2]!];
    return mean.map((m, i) => m + deviations[i]! * step[i]!);
  });
}

function meanOf(rows: readonly number[][]): number[] {
  return rows[0]!.map((_, i) => rows.reduce((sum, row) => sum + row[i]!, 0) / rows.length);
}

/** `[i][j]`, by its definition. */
function covarianceOf(rows: readonly number[][]): number[][] {
  const mean = meanOf(rows);
  return mean.map((_, i) =>
    mean.map((__, j) => rows.reduce((sum, row) => sum + (row[i]! - mean[i]!) * (row[j]! - mean[j]!), 0) / rows.length),
  );
}

/** Solves `L·y = x` for a lower triangular `L` `[size, size]`. */
function whiten(factor: ArrayLike<number>, x: readonly number[]): number[] {
  const y: number[] = [];
  x.forEach((value, i) => {
    let rest = value;
    for (let k = 0; k < i; k++) rest -= factor[i * SIZE + k]! * y[k]!;
    y.push(rest / factor[i * SIZE + i]!);
  });
  return y;
}

function summarise(...words: readonly number[][][]) {
  const sums = new WordStateSums(
    words.map((_, w) => `word ${w}`),
    SIZE,
  );
  // Word by word in turn, as windows come.
  for (let i = 0; i < Math.max(...words.map((rows) => rows.length)); i++)
    words.forEach((rows, w) => i < rows.length && sums.add(w, rows[i]!));
  return sums.summarise();
}

describe('the states of words as they are heard', () => {
  // Far from zero, where squares of what is added up would swallow the differences.
  const narrow = draw([1000, -1000, 5], [1, 2, 0.5], 4000);
  const wide = draw([1003, -1001, 7], [3, 2, 0.5], 4000);
  const states = summarise(narrow, wide)!;

  it('are told by the mean of each word, and the covariance of all of them alike', () => {
    expect(states.labels).toEqual(['word 0', 'word 1']);
    [narrow, wide].forEach((rows, w) =>
      meanOf(rows).forEach((mean, i) => expect(states.means[w * SIZE + i]).toBeCloseTo(mean, 3)),
    );
    const [a, b] = [covarianceOf(narrow), covarianceOf(wide)];
    const L = states.covarianceFactor;
    for (let i = 0; i < SIZE; i++)
      for (let j = 0; j < SIZE; j++) {
        let product = 0;
        for (let k = 0; k < SIZE; k++) product += L[i * SIZE + k]! * L[j * SIZE + k]!;
        // A thousandth of the mean variance is added to each.
        const expected = (a[i]![j]! + b[i]![j]!) / 2;
        expect(Math.abs(product - expected)).toBeLessThan(i === j ? 0.005 : 1e-4);
      }
  });

  it('stray along each axis by seven tenths as the word does, and else as all words do', () => {
    [narrow, wide].forEach((rows, w) => {
      const mean = meanOf(rows);
      const whitened = rows.map((row) =>
        whiten(
          states.covarianceFactor,
          row.map((value, i) => value - mean[i]!),
        ),
      );
      const share = (0.7 * rows.length) / (rows.length + 100);
      for (let axis = 0; axis < SIZE; axis++) {
        const own = whitened.reduce((sum, y) => sum + y[axis]! ** 2, 0) / rows.length;
        expect(states.variances[w * SIZE + axis]).toBeCloseTo(1 - share + share * own, 3);
      }
    });
    expect(states.variances[0]).toBeLessThan(0.6);
    expect(states.variances[SIZE]).toBeGreaterThan(1.4);
  });

  it('are taken to stray as all words do where few examples tell', () => {
    const few = summarise(narrow.slice(0, 5), wide)!;
    for (let axis = 0; axis < SIZE; axis++) expect(Math.abs(few.variances[axis]! - 1)).toBeLessThan(0.05);
  });

  it('leave out a word that is not heard twice, and are none where no word is', () => {
    expect(summarise(narrow.slice(0, 1), wide)!.labels).toEqual(['word 1']);
    expect(summarise(narrow.slice(0, 1), wide.slice(0, 0))).toBeUndefined();
    expect(summarise([], [])).toBeUndefined();
  });

  it('have a factor where a word never strays at all', () => {
    const still = summarise(Array.from({ length: 10 }, () => [1, 2, 3]))!;
    expect([...still.covarianceFactor, ...still.variances].every(Number.isFinite)).toBe(true);
    for (let i = 0; i < SIZE; i++) expect(still.covarianceFactor[i * SIZE + i]).toBeGreaterThan(0);
    expect(still.variances.every((variance) => variance > 0)).toBe(true);
  });
});
