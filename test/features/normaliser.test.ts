import { describe, expect, it } from 'vitest';
import { computeNormaliser, MIN_DEVIATION, normaliseFrames } from '../../src/features/normaliser.ts';
import { createRandom } from '../../src/random.ts';

describe('computeNormaliser', () => {
  it('finds mean and deviation of each coefficient over all frames of all clips', () => {
    const clips = [Float32Array.of(1, 10, 3, 10), Float32Array.of(5, 40)];
    const { mean, deviation } = computeNormaliser(clips, 2);
    expect(Array.from(mean)).toEqual([3, 20]);
    expect(deviation[0]).toBeCloseTo(Math.sqrt(8 / 3), 6);
    expect(deviation[1]).toBeCloseTo(Math.sqrt(200), 5);
  });

  it('is exact for a coefficient far from zero that hardly moves', () => {
    const random = createRandom(2);
    const values = Float32Array.from({ length: 20_000 }, () => 16_000 + random.between(-1, 1));
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
    const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length;
    expect(computeNormaliser([values], 1).deviation[0]).toBeCloseTo(Math.sqrt(variance), 6);
  });

  it('takes clips as they come, once each', () => {
    function* clips() {
      yield Float32Array.of(1, 2);
      yield new Float32Array(0);
      yield Float32Array.of(3, 4);
    }
    expect(Array.from(computeNormaliser(clips(), 2).mean)).toEqual([2, 3]);
  });

  it('never has a deviation below the floor', () => {
    expect(computeNormaliser([Float32Array.of(5, 5, 5)], 1).deviation[0]).toBeCloseTo(MIN_DEVIATION, 7);
  });

  it.each([
    ['no frames', [], 2, 'dataset'],
    ['only empty clips', [new Float32Array(0)], 2, 'dataset'],
    ['half a frame', [new Float32Array(3)], 2, 'shape-mismatch'],
    ['no coefficients', [new Float32Array(4)], 0, 'shape-mismatch'],
    ['NaN', [Float32Array.of(1, NaN)], 2, 'sound-invalid'],
    ['infinity', [Float32Array.of(Infinity, 1)], 2, 'sound-invalid'],
  ] as const)('refuses %s', (_, clips, coefficients, code) => {
    expect(() => computeNormaliser(clips, coefficients)).toThrow(expect.objectContaining({ name: 'HeedError', code }));
  });
});

describe('normaliseFrames', () => {
  const normaliser = { mean: Float32Array.of(1, -2), deviation: Float32Array.of(2, 0.5) };

  it('subtracts the mean and divides by the deviation, coefficient by coefficient', () => {
    const values = Float32Array.of(1, -2, 5, -1);
    expect(normaliseFrames(values, normaliser)).toEqual(Float32Array.of(0, 0, 2, 2));
    expect(values).toEqual(Float32Array.of(1, -2, 5, -1));
  });

  it('gives mean 0 and deviation 1 to the frames it was computed from', () => {
    const random = createRandom(4);
    const values = Float32Array.from({ length: 3_000 }, (_, i) => 100 * (i % 3) + (1 + (i % 3)) * random.normal());
    const again = computeNormaliser([normaliseFrames(values, computeNormaliser([values], 3))], 3);
    for (let k = 0; k < 3; k++) {
      expect(again.mean[k]).toBeCloseTo(0, 5);
      expect(again.deviation[k]).toBeCloseTo(1, 5);
    }
  });

  it('writes into the array it is given, which may be its input', () => {
    const values = Float32Array.of(3, -1);
    expect(normaliseFrames(values, normaliser, values)).toBe(values);
    expect(values).toEqual(Float32Array.of(1, 2));
  });

  it.each([
    ['frames of another size', new Float32Array(3), normaliser, undefined],
    ['an output of another length', new Float32Array(4), normaliser, new Float32Array(2)],
    [
      'a mean and a deviation of two lengths',
      new Float32Array(4),
      { ...normaliser, deviation: new Float32Array(1) },
      undefined,
    ],
  ])('refuses %s', (_, values, given, out) => {
    expect(() => normaliseFrames(values, given, out)).toThrow(expect.objectContaining({ code: 'shape-mismatch' }));
  });
});
