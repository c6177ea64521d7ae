import { describe, expect, it } from 'vitest';
import { CELL_NAMES, type CellName } from '../../src/nn/cells/cell.ts';
import type { NetworkShape } from '../../src/nn/network.ts';
import { parameterCount, parameterLayout, parameterSet, tensorValues } from '../../src/nn/parameters.ts';
import { createNetworkTensors, readTensors, writeTensors } from '../../src/nn/tensors.ts';

const shape: NetworkShape = {
  inputSize: 2,
  hiddenSize: 3,
  layerCount: 2,
  classCount: 4,
  cell: 'gru-reset-after',
  pooling: 'last',
};

describe('the flat parameter vector', () => {
  it('holds its tensors one after the other without gaps', () => {
    let end = 0;
    for (const { offset, length, dimensions } of parameterLayout(shape)) {
      expect(offset).toBe(end);
      expect(length).toBe(dimensions.reduce((product, size) => product * size, 1));
      end += length;
    }
    expect(end).toBe(parameterCount(shape));
    expect(end).toBe(3 * (3 * 5 + 3) + 3 + (3 * (3 * 6 + 3) + 3) + 4 * 3 + 4);
  });

  it('has a recurrent bias only where the reset comes after the product', () => {
    const names = (cell: CellName) => parameterLayout({ ...shape, cell }).map(({ name }) => name);
    expect(names('gru-reset-after')).toContain('layers.1.candidate.recurrentBias');
    for (const cell of ['rnn', 'gru', 'lstm', 'mgu'] as const)
      expect(names(cell).join()).not.toContain('recurrentBias');
  });

  it.each([
    ['rnn', 1],
    ['mgu', 2],
    ['gru', 3],
    ['lstm', 4],
  ] as const)('has weights and a bias for each gate of the cell (%s: %i)', (cell, gates) => {
    expect(parameterCount({ ...shape, cell })).toBe(gates * (3 * 5 + 3 + 3 * 6 + 3) + 4 * 3 + 4);
  });

  it('shows a tensor as a view', () => {
    const parameters = parameterSet(shape);
    tensorValues(parameters, 'head.bias')[3] = 8;
    expect(parameters.values.at(-1)).toBe(8);
  });

  it.each(CELL_NAMES)('comes back from the tensors it is computed with as it was (%s)', (cell) => {
    const vector = Float64Array.from({ length: parameterCount({ ...shape, cell }) }, (_, i) => i + 1);
    const tensors = createNetworkTensors({ ...shape, cell });
    readTensors(tensors, { ...shape, cell }, vector);
    const back = new Float64Array(vector.length);
    writeTensors(tensors, { ...shape, cell }, back);
    expect(back).toEqual(vector);
  });

  it.each([
    ['zero units', () => parameterLayout({ ...shape, hiddenSize: 0 })],
    ['half a layer', () => parameterLayout({ ...shape, layerCount: 0.5 })],
    ['values of another length', () => parameterSet(shape, 'float32', new Float32Array(5))],
    ['a name that no tensor has', () => tensorValues(parameterSet(shape), 'layers.2.reset.bias')],
  ])('refuses %s', (_, make) => {
    expect(make).toThrow(expect.objectContaining({ code: 'shape-mismatch' }));
  });
});
