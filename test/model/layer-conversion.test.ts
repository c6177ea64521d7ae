import { describe, expect, it } from 'vitest';
import { layerToOnnx, onnxToLayer } from '../../src/model/layer-conversion.ts';
import { CELL_NAMES, gruCell } from '../../src/nn/cells/cell.ts';
import type { NetworkShape } from '../../src/nn/network.ts';
import { parameterSet, tensorValues } from '../../src/nn/parameters.ts';
import { createRandom } from '../../src/random.ts';

const shape = (overrides: Partial<NetworkShape> = {}): NetworkShape => ({
  inputSize: 3,
  hiddenSize: 2,
  layerCount: 1,
  classCount: 2,
  cell: 'gru',
  pooling: 'last',
  ...overrides,
});

describe('the conversion between Heed’s layers and ONNX’s', () => {
  it('stacks the gates z, r, h, splits [h, x] into R and W, and negates z alone', () => {
    const parameters = parameterSet(shape());
    tensorValues(parameters, 'layers.0.reset.weights').set([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
    tensorValues(parameters, 'layers.0.update.weights').set([11, 12, 13, 14, 15, 16, 17, 18, 19, 20]);
    tensorValues(parameters, 'layers.0.candidate.weights').set([21, 22, 23, 24, 25, 26, 27, 28, 29, 30]);
    tensorValues(parameters, 'layers.0.reset.bias').set([101, 102]);
    tensorValues(parameters, 'layers.0.update.bias').set([103, 104]);
    tensorValues(parameters, 'layers.0.candidate.bias').set([105, 106]);
    const gru = layerToOnnx(parameters, shape(), 0);
    expect([...gru.recurrentWeights]).toEqual([-11, -12, -16, -17, 1, 2, 6, 7, 21, 22, 26, 27]);
    expect([...gru.weights]).toEqual([
      ...[-13, -14, -15, -18, -19, -20],
      ...[3, 4, 5, 8, 9, 10],
      ...[23, 24, 25, 28, 29, 30],
    ]);
    expect([...gru.biases]).toEqual([-103, -104, 101, 102, 105, 106, 0, 0, 0, 0, 0, 0]);
    expect(gru.cell).toBe('gru');
  });

  it('keeps the candidate’s two biases apart when the reset gate acts after the product', () => {
    const after = shape({ cell: 'gru-reset-after' });
    const parameters = parameterSet(after);
    tensorValues(parameters, 'layers.0.candidate.bias').set([1, 2]);
    tensorValues(parameters, 'layers.0.candidate.recurrentBias').set([3, 4]);
    const gru = layerToOnnx(parameters, after, 0);
    expect([...gru.biases.subarray(4)]).toEqual([1, 2, 0, 0, 0, 0, 3, 4]);
    expect(gru.cell).toBe('gru-reset-after');
  });

  it('stacks an LSTM’s gates i, o, f, c', () => {
    const lstm = shape({ cell: 'lstm' });
    const parameters = parameterSet(lstm);
    ['input', 'forget', 'candidate', 'output'].forEach((gate, i) =>
      tensorValues(parameters, `layers.0.${gate}.bias`).fill(i + 1),
    );
    expect([...layerToOnnx(parameters, lstm, 0).biases.subarray(0, 8)]).toEqual([1, 1, 4, 4, 2, 2, 3, 3]);
  });

  it.each(CELL_NAMES)('gives back the same bits, −0 and subnormal numbers included (%s)', (cell) => {
    const two = shape({ layerCount: 2, cell });
    const parameters = parameterSet(two);
    const random = createRandom(7);
    const odd = [-0, 0, 1e-42, -1e-42, 3.4e38, -3.4e38];
    parameters.values.forEach((_value, i) => (parameters.values[i] = i % 3 ? random.normal() : odd[i % odd.length]!));
    const back = parameterSet(two);
    for (const name of ['head.weights', 'head.bias']) tensorValues(back, name).set(tensorValues(parameters, name));
    for (let layer = 0; layer < 2; layer++) onnxToLayer(layerToOnnx(parameters, two, layer), back, two, layer);
    expect(new Uint32Array(back.values.buffer)).toEqual(new Uint32Array(parameters.values.buffer));
  });

  it('adds the biases of R to those of W where only their sum acts', () => {
    for (const resetAfter of [false, true]) {
      const one = shape({ cell: gruCell(resetAfter) });
      const parameters = parameterSet(one);
      const gru = layerToOnnx(parameters, one, 0);
      gru.biases.set([1, 2, 3, 4, 5, 6, 10, 20, 30, 40, 50, 60]);
      onnxToLayer(gru, parameters, one, 0);
      expect([...tensorValues(parameters, 'layers.0.update.bias')]).toEqual([-11, -22]);
      expect([...tensorValues(parameters, 'layers.0.reset.bias')]).toEqual([33, 44]);
      expect([...tensorValues(parameters, 'layers.0.candidate.bias')]).toEqual(resetAfter ? [5, 6] : [55, 66]);
    }
  });

  it('refuses a layer of other sizes, and one of another cell', () => {
    const parameters = parameterSet(shape());
    const gru = layerToOnnx(parameters, shape(), 0);
    const mismatch = expect.objectContaining({ code: 'shape-mismatch' }) as Error;
    expect(() => onnxToLayer({ ...gru, weights: new Float32Array(3) }, parameters, shape(), 0)).toThrow(mismatch);
    expect(() => onnxToLayer({ ...gru, hiddenSize: 4 }, parameters, shape(), 0)).toThrow(mismatch);
    expect(() => onnxToLayer({ ...gru, cell: 'gru-reset-after' }, parameters, shape(), 0)).toThrow(mismatch);
    expect(() => layerToOnnx(parameters, shape({ hiddenSize: 4 }), 0)).toThrow(mismatch);
    expect(() => layerToOnnx(parameters, shape(), 1)).toThrow(mismatch);
  });
});
