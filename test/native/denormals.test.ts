import { describe, expect, it } from 'vitest';
import { createNativeBackend } from '../../src/native/native-backend.ts';
import { initialiseParameters } from '../../src/nn/initialise.ts';
import { DEFAULT_TRAINER_SETTINGS, type NetworkShape } from '../../src/nn/network.ts';
import { tensorValues } from '../../src/nn/parameters.ts';
import { addon } from './load.ts';

const shape: NetworkShape = {
  ...{ inputSize: 3, hiddenSize: 20, layerCount: 1, classCount: 2, cell: 'gru', pooling: 'last' },
};
const DENORMAL = 1e-39;

describe.skipIf(!addon)('numbers too small for full precision', () => {
  it.each(addon?.instructionSets ?? [])(
    'count as zero in the core, with %s, and stay what they are outside',
    async (set) => {
      const parameters = initialiseParameters(shape, 1);
      tensorValues(parameters, 'head.weights').fill(DENORMAL);
      tensorValues(parameters, 'head.bias').fill(0);
      const network = createNativeBackend(addon!, set).createNetwork(shape, parameters);
      const inputs = Float32Array.from({ length: 4 * 5 * 3 }, (_, i) => Math.sin(i));
      const batch = { inputs, lengths: new Int32Array(4).fill(5), frameCount: 5 };
      expect(Array.from(network.forward(batch))).toEqual(new Array(8).fill(0));
      expect(Array.from(await network.forwardAsync(batch))).toEqual(new Array(8).fill(0));
      expect(Array.from(network.createStream().step(inputs.subarray(0, 3)))).toEqual([0, 0]);
      await network
        .createTrainer(DEFAULT_TRAINER_SETTINGS)
        .step(batch, { loss: 'cross-entropy', classes: Int32Array.of(0, 1, 0, 1) }, 0);
      expect(Number.MIN_VALUE * 1).toBeGreaterThan(0);
      expect(Math.fround(DENORMAL / 3)).toBeGreaterThan(0);
    },
  );
});
