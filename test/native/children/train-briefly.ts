// Trains a small network for a few steps, in the precision that is named, and prints what came out, as JSON: run by
// native-threads.test.ts, each time with another HEED_THREADS.
import { createNativeBackend } from '../../../src/native/native-backend.ts';
import { initialiseParameters } from '../../../src/nn/initialise.ts';
import { DEFAULT_TRAINER_SETTINGS, type NetworkShape, type Precision } from '../../../src/nn/network.ts';
import { createRandom } from '../../../src/random.ts';
import { loadAddon } from '../../../src/native/addon.ts';

const loaded = loadAddon();
if ('missing' in loaded) throw new Error(loaded.missing);
const shape: NetworkShape = {
  ...{ inputSize: 11, hiddenSize: 37, layerCount: 2, classCount: 6 },
  ...{ cell: 'gru' as const, pooling: 'mean' },
};
const random = createRandom(4, 'threads');
const [sequences, frameCount] = [45, 13];
const batch = {
  inputs: Float32Array.from({ length: sequences * frameCount * shape.inputSize }, () => random.normal()),
  lengths: Int32Array.from({ length: sequences }, () => 1 + random.integer(frameCount)),
  frameCount,
};
const classes = Int32Array.from({ length: sequences }, () => random.integer(shape.classCount));
const precision = process.argv[2] as Precision;
const backend = createNativeBackend(loaded.addon, undefined, { precision });
const network = backend.createNetwork(shape, initialiseParameters(shape, 2));
const logits = Array.from(await network.forwardAsync(batch));
const settings = { ...DEFAULT_TRAINER_SETTINGS, dropout: 0.2 };
const still = network.createTrainer(settings);
await still.step(batch, { loss: 'cross-entropy', classes }, 0);
const moments = Array.from(still.state().firstMoment);
const trainer = network.createTrainer(settings);
for (let i = 0; i < 5; i++) await trainer.step(batch, { loss: 'cross-entropy', classes }, 0.001);
console.log(JSON.stringify({ logits, moments, parameters: Array.from(network.parameters.values) }));
