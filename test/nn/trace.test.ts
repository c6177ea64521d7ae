import { describe, expect, it } from 'vitest';
import type { NetworkShape } from '../../src/nn/network.ts';
import { tensorValues } from '../../src/nn/parameters.ts';
import { createReferenceBackend } from '../../src/nn/reference-backend.ts';
import { traceSequence } from '../../src/nn/trace.ts';
import { randomBatch, randomParameters } from './random-batch.ts';

const shape: NetworkShape = {
  inputSize: 3,
  hiddenSize: 6,
  layerCount: 2,
  classCount: 2,
  cell: 'gru',
  pooling: 'last',
};
const FRAMES = 5;

describe('a trace', () => {
  const parameters = randomParameters(shape, 1);
  const { inputs } = randomBatch(shape, [FRAMES], FRAMES, 2);
  const layers = traceSequence(shape, parameters, inputs);

  it('holds gates that make each state out of the one before', () => {
    expect(layers).toHaveLength(2);
    for (const { gates, state } of layers) {
      const [reset, update, candidate] = (['reset', 'update', 'candidate'] as const).map((name) => gates.get(name)!);
      expect(reset!.every((r) => r > 0 && r < 1)).toBe(true);
      for (let i = 0; i < FRAMES * 6; i++) {
        const before = i < 6 ? 0 : state[i - 6]!;
        expect(state[i]).toBeCloseTo((1 - update![i]!) * before + update![i]! * candidate![i]!, 14);
      }
    }
  });

  it('ends in the state that the network’s answer is made of', () => {
    const logits = createReferenceBackend()
      .createNetwork(shape, parameters)
      .forward({ inputs, lengths: Int32Array.of(FRAMES), frameCount: FRAMES });
    const last = layers[1]!.state.subarray(-6);
    const weights = tensorValues(parameters, 'head.weights');
    const bias = tensorValues(parameters, 'head.bias');
    logits.forEach((logit, c) => {
      const sum = last.reduce((total, h, j) => total + h * weights[c * 6 + j]!, bias[c]!);
      expect(logit).toBeCloseTo(sum, 13);
    });
  });

  it.each([0, 4])('refuses %i numbers, which are no whole frames', (length) => {
    expect(() => traceSequence(shape, parameters, new Float32Array(length))).toThrow(
      expect.objectContaining({ code: 'shape-mismatch' }),
    );
  });
});
