import { describe, expect, it } from 'vitest';
import { fromInt8, toInt8 } from '../../../src/model/onnx/int8-weights.ts';
import { createRandom } from '../../../src/random.ts';

describe('weights in eight bits', () => {
  it.each([1, 5, 40, 37, 64, 192])('are off by half a step of their row at most, in rows of %i', (columns) => {
    const random = createRandom(columns);
    const matrix = Float32Array.from({ length: 7 * columns }, () => random.normal());
    const rounded = toInt8(matrix, columns);
    expect(rounded.scales).toHaveLength(7);
    fromInt8(rounded).forEach((value, i) => {
      const step = rounded.scales[Math.floor(i / columns)]!;
      expect(Math.abs(value - matrix[i]!)).toBeLessThanOrEqual(0.500001 * step);
    });
  });

  it('do not suffer from a large weight in another row', () => {
    const matrix = new Float32Array(64).fill(0.01);
    matrix[0] = 100;
    const values = fromInt8(toInt8(matrix, 32));
    expect(values[1]).toBe(0);
    expect(values[32]).toBeCloseTo(0.01, 6);
  });

  it('keep a matrix of noughts', () => {
    expect(fromInt8(toInt8(new Float32Array(40), 40))).toEqual(new Float32Array(40));
  });
});
