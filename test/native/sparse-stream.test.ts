import { describe, expect, it } from 'vitest';
import { createNativeBackend } from '../../src/native/native-backend.ts';
import { initialiseParameters } from '../../src/nn/initialise.ts';
import { DEFAULT_TRAINER_SETTINGS, type Network, type NetworkShape } from '../../src/nn/network.ts';
import { parameterSet } from '../../src/nn/parameters.ts';
import { createReferenceBackend } from '../../src/nn/reference-backend.ts';
import { pruneBlocks } from '../../src/training/compress/block-pruning.ts';
import { randomBatch } from '../nn/random-batch.ts';
import { addon } from './load.ts';

const FRAMES = 9;

function shapeOf(hiddenSize: number, cell: NetworkShape['cell']): NetworkShape {
  return { inputSize: 13, hiddenSize, layerCount: 2, classCount: 5, cell, pooling: 'mean' };
}

function pruned(shape: NetworkShape, sparsity: number) {
  const parameters = initialiseParameters(shape, 3);
  pruneBlocks(parameters.values, shape, sparsity);
  return parameters;
}

/** How far the last logits of a stream are from those of the reference. */
function difference(network: Network): number {
  const { shape, parameters } = network;
  const { inputs } = randomBatch(shape, [FRAMES], FRAMES, 4);
  const frames = Float32Array.from(inputs);
  const stream = network.createStream();
  let logits = new Float32Array(0) as ArrayLike<number>;
  for (let t = 0; t < FRAMES; t++)
    logits = stream.step(frames.subarray(t * shape.inputSize, (t + 1) * shape.inputSize));
  const batch = { inputs: frames, lengths: Int32Array.of(FRAMES), frameCount: FRAMES };
  const expected = createReferenceBackend().createNetwork(shape, parameters).forward(batch);
  return Math.max(...expected.map((value, i) => Math.abs(value - logits[i]!)));
}

describe.skipIf(!addon)('a stream of a pruned network', () => {
  describe.each(addon?.instructionSets ?? [])('with %s', (set) => {
    const native = createNativeBackend(addon!, set);

    it.each([0, 0.3, 0.5, 0.75, 0.9, 0.99, 1])(
      'answers as the reference does, with %d of its blocks zeros',
      (sparsity) => {
        for (const cell of ['gru', 'gru-reset-after'] as const)
          for (const hidden of [1, 16, 40, 77]) {
            const shape = shapeOf(hidden, cell);
            expect(difference(native.createNetwork(shape, pruned(shape, sparsity)))).toBeLessThan(1e-5);
          }
      },
    );

    it('follows its weights when they are trained, and when they are set', async () => {
      const shape = shapeOf(40, 'gru');
      const network = native.createNetwork(shape, pruned(shape, 0.9));
      expect(difference(network)).toBeLessThan(1e-5);
      const trainer = network.createTrainer(DEFAULT_TRAINER_SETTINGS);
      const { lengths, frameCount, inputs } = randomBatch(shape, [4, 4, 4], 4, 5);
      const batch = { lengths, frameCount, inputs: Float32Array.from(inputs) };
      await trainer.step(batch, { loss: 'cross-entropy', classes: Int32Array.of(0, 1, 2) }, 0.05);
      expect(difference(network)).toBeLessThan(1e-5);
      pruneBlocks(network.parameters.values, shape, 0.5);
      network.parametersChanged();
      expect(difference(network)).toBeLessThan(1e-5);
      network.parameters.values.set(parameterSet(shape).values);
      network.parametersChanged();
      expect(difference(network)).toBeLessThan(1e-5);
    });
  });
});
