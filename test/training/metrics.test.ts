import { expect, it } from 'vitest';
import { Confusion, crossEntropy, largestClass } from '../../src/training/metrics.ts';

it('finds the largest class of a row', () => {
  expect(largestClass(Float32Array.of(9, 9, 9, 1, 3, 2), 1, 3)).toBe(1);
});

it('computes the cross-entropy without overflow', () => {
  expect(crossEntropy(Float32Array.of(0, 0, 0, 0), 0, 4, 2)).toBeCloseTo(Math.log(4), 12);
  expect(crossEntropy(Float32Array.of(0, 0, 1000, 998), 1, 2, 1)).toBeCloseTo(Math.log(1 + Math.exp(2)), 6);
});

it('counts answers by truth', () => {
  const confusion = new Confusion(['a', 'b', 'c']);
  for (const [truth, answer] of [
    [0, 0],
    [0, 0],
    [0, 1],
    [1, 1],
  ] as const)
    confusion.add(truth, answer);
  expect(confusion.total).toBe(4);
  expect(confusion.accuracy).toBe(0.75);
  expect(confusion.perLabel).toEqual({
    a: { n: 3, correct: 2, accuracy: 2 / 3 },
    b: { n: 1, correct: 1, accuracy: 1 },
  });
  expect(confusion.matrix[0]).toEqual([2, 1, 0]);
});
