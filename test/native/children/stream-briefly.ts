// Streams some frames through a large network, with weights in the precision that is named, and prints the last logits, as
// JSON: run by shared-stream.test.ts, each time with another HEED_THREADS.
import { loadAddon } from '../../../src/native/addon.ts';
import { createNativeBackend } from '../../../src/native/native-backend.ts';
import { initialiseParameters } from '../../../src/nn/initialise.ts';
import type { NetworkShape, Precision } from '../../../src/nn/network.ts';
import { createRandom } from '../../../src/random.ts';

const loaded = loadAddon();
if ('missing' in loaded) throw new Error(loaded.missing);
const shape: NetworkShape = {
  ...{ inputSize: 40, hiddenSize: 272, layerCount: 2, classCount: 35 },
  ...{ cell: 'gru' as const, pooling: 'mean' },
};
const streamWeights = process.argv[2] as Precision;
const stream = createNativeBackend(loaded.addon, undefined, { streamWeights })
  .createNetwork(shape, initialiseParameters(shape, 2))
  .createStream();
const random = createRandom(4, 'frames');
let logits: ArrayLike<number> = [];
for (let t = 0; t < 300; t++)
  logits = stream.step(Float32Array.from({ length: shape.inputSize }, () => random.normal()));
console.log(JSON.stringify(Array.from(logits)));
