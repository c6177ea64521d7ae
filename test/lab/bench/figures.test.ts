import { describe, expect, it } from 'vitest';
import { compare, figure, medianOfRounds } from '../../../src/lab/bench/figures.ts';

const samples = new Map([
  ['ours', [0.001, 0.002, 0.004]],
  ['slow', [0.004, 0.004, 0.004]],
  ['quick', [0.003, 0.005, 0.01]],
]);

describe('figure', () => {
  it('gives the median time of an item as a rate, or in microseconds', () => {
    expect(figure(samples, 'ours', 'per second')).toBeCloseTo(500, 9);
    expect(figure(samples, 'ours', 'microseconds')).toBeCloseTo(2000, 9);
  });
});

describe('medianOfRounds', () => {
  it('reckons within each round, not between the medians', () => {
    // In rounds 4, 2, 1; the ratio of the medians would be 2 as well, the mean not.
    expect(medianOfRounds(samples, ['ours', 'slow'], (ours, slow) => slow / ours)).toBeCloseTo(2, 9);
    // In rounds 3, 2.5, 2.5.
    expect(medianOfRounds(samples, ['ours', 'quick'], (ours, quick) => quick / ours)).toBeCloseTo(2.5, 9);
  });
});

describe('compare', () => {
  const variants = [
    { name: 'one', key: 'slow' },
    { name: 'two', key: 'quick' },
  ];

  it("takes each round's ratio to the other's best variant of that round", () => {
    // The best is `quick` in the first round (3 times ours), `slow` in the others (2 and 1 times ours).
    expect(compare(samples, 'ours', { with: 'X', version: '1' }, variants, 'microseconds')).toEqual({
      with: 'X',
      version: '1',
      ratio: expect.closeTo(2, 9) as number,
      variants: [
        { name: 'one', value: expect.closeTo(4000, 9) as number },
        { name: 'two', value: expect.closeTo(5000, 9) as number },
      ],
    });
  });

  it('is above 1 where Heed is quicker, whatever the unit', () => {
    const against = (unit: 'per second' | 'microseconds'): number =>
      compare(samples, 'ours', { with: 'X', version: null }, [variants[1]!], unit).ratio;
    expect(against('per second')).toBe(against('microseconds'));
    expect(against('per second')).toBeGreaterThan(1);
  });
});
