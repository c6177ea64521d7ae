import { expect, it } from 'vitest';
import { learningRateAt } from '../../src/training/learning-rate.ts';

const ratesOf = (stepCount: number): number[] =>
  Array.from({ length: stepCount }, (_, step) => learningRateAt(step, stepCount, 0.01));

it('climbs to its highest within the first twentieth, then falls to almost nothing', () => {
  const rates = ratesOf(1000);
  expect(rates.indexOf(Math.max(...rates))).toBe(49);
  expect(Math.max(...rates)).toBeCloseTo(0.01, 10);
  for (let i = 1; i < 50; i++) expect(rates[i]!).toBeGreaterThan(rates[i - 1]!);
  for (let i = 51; i < 1000; i++) expect(rates[i]!).toBeLessThan(rates[i - 1]!);
  expect(rates[999]!).toBeLessThan(1e-6);
});

it('is above zero at every step, even of the shortest run', () => {
  for (const stepCount of [1, 2, 3, 20, 21]) expect(Math.min(...ratesOf(stepCount))).toBeGreaterThan(0);
});

it('warms up for no more than 200 steps', () => {
  const rates = ratesOf(100_000);
  expect(rates.indexOf(Math.max(...rates))).toBeLessThanOrEqual(200);
});
