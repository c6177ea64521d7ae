import { describe, expect, it } from 'vitest';
import { initialiseParameters } from '../../src/nn/initialise.ts';
import type { NetworkShape } from '../../src/nn/network.ts';
import { tensorValues } from '../../src/nn/parameters.ts';

const shape: NetworkShape = {
  inputSize: 5,
  hiddenSize: 12,
  layerCount: 2,
  classCount: 3,
  cell: 'gru-reset-after',
  pooling: 'last',
};
const columns = [17, 24];

describe('initialiseParameters', () => {
  const parameters = initialiseParameters(shape, 7, 'float64');

  it('gives the same bits for the same seed and others for another', () => {
    expect(initialiseParameters(shape, 7, 'float64').values).toEqual(parameters.values);
    expect(initialiseParameters(shape, 8, 'float64').values).not.toEqual(parameters.values);
  });

  it('is in float32 the float64 set rounded', () => {
    expect(initialiseParameters(shape, 7).values).toEqual(Float32Array.from(parameters.values));
  });

  it.each([0, 1])('makes the recurrent weights of layer %i orthogonal', (layer) => {
    for (const gate of ['reset', 'update', 'candidate']) {
      const weights = Array.from(tensorValues(parameters, `layers.${layer}.${gate}.weights`));
      const row = (j: number) => weights.slice(j * columns[layer]!, j * columns[layer]! + 12);
      for (let i = 0; i < 12; i++)
        for (let j = 0; j < 12; j++) {
          const product = row(i).reduce((sum, value, k) => sum + value * row(j)[k]!, 0);
          expect(product).toBeCloseTo(i === j ? 1 : 0, 10);
        }
    }
  });

  it('keeps input and head weights within the bound of Glorot and Bengio, and fills it', () => {
    const largest = (values: ArrayLike<number>): number => Math.max(...Array.from(values, Math.abs));
    const weights = tensorValues(parameters, 'layers.0.update.weights');
    const fromInput = weights.filter((_, i) => i % 17 >= 12);
    const limit = Math.sqrt(6 / (5 + 12));
    expect(largest(fromInput)).toBeLessThanOrEqual(limit);
    expect(largest(fromInput)).toBeGreaterThan(0.9 * limit);
    expect(largest(tensorValues(parameters, 'head.weights'))).toBeLessThanOrEqual(Math.sqrt(6 / (12 + 3)));
  });

  it('starts the update gates nearly closed and every other bias at zero', () => {
    for (const { name, dimensions } of parameters.tensors)
      if (dimensions.length === 1)
        expect(new Set(tensorValues(parameters, name)), name).toEqual(new Set([name.includes('update') ? -1 : 0]));
  });

  it('leaves the layers as they are when the head gets another class', () => {
    const other = initialiseParameters({ ...shape, classCount: 4 }, 7, 'float64');
    const layers = tensorValues(parameters, 'head.weights').byteOffset / 8;
    expect(other.values.slice(0, layers)).toEqual(parameters.values.slice(0, layers));
  });
});
