import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { createNativeBackend } from '../../src/native/native-backend.ts';
import { CELL_NAMES } from '../../src/nn/cells/cell.ts';
import { initialiseParameters } from '../../src/nn/initialise.ts';
import { DEFAULT_TRAINER_SETTINGS, type Network, type NetworkShape, type Precision } from '../../src/nn/network.ts';
import { createReferenceBackend } from '../../src/nn/reference-backend.ts';
import { randomBatch } from '../nn/random-batch.ts';
import { addon } from './load.ts';

const FRAMES = 12;
const script = fileURLToPath(new URL('children/stream-briefly.ts', import.meta.url));

/** Large enough that threads share the step. */
function largeShape(cell: NetworkShape['cell']): NetworkShape {
  const hiddenSize = cell === 'rnn' ? 400 : 256;
  return { inputSize: 40, hiddenSize, layerCount: 2, classCount: 35, cell, pooling: 'none' };
}

const framesOf = (shape: NetworkShape): Float32Array =>
  Float32Array.from(randomBatch(shape, [FRAMES], FRAMES, 4).inputs);

/** The logits of all frames. */
function streamed(network: Network, frames: Float32Array): number[] {
  const { inputSize } = network.shape;
  const stream = network.createStream();
  return Array.from({ length: FRAMES }, (_, t) =>
    Array.from(stream.step(frames.subarray(t * inputSize, (t + 1) * inputSize))),
  ).flat();
}

const largestDifference = (a: ArrayLike<number>, b: ArrayLike<number>): number =>
  Array.from(a).reduce((largest, value, i) => Math.max(largest, Math.abs(value - b[i]!)), 0);

async function streamOn(threads: string, weights: Precision): Promise<number[]> {
  const { stdout } = await promisify(execFile)(process.execPath, ['--import', 'tsx', script, weights], {
    env: { ...process.env, HEED_THREADS: threads },
  });
  return JSON.parse(stdout) as number[];
}

describe.skipIf(!addon)("a large network's stream, whose steps threads share", () => {
  const backend = createNativeBackend(addon!);

  it.each(CELL_NAMES)('answers as the offline pass of the reference does: %s', async (cell) => {
    const shape = largeShape(cell);
    const frames = framesOf(shape);
    const parameters = initialiseParameters(shape, 3);
    const batch = { inputs: frames, lengths: Int32Array.of(FRAMES), frameCount: FRAMES };
    const expected = createReferenceBackend().createNetwork(shape, parameters).forward(batch);
    const network = backend.createNetwork(shape, parameters);
    expect(largestDifference(streamed(network, frames), expected)).toBeLessThan(1e-5);
    // One sequence is computed by the same steps, on one thread or on several.
    expect(await network.forwardAsync(batch)).toEqual(network.forward(batch));
    expect(largestDifference(network.forward(batch), expected)).toBeLessThan(1e-5);
  });

  it('goes on, to the same bits, while another network is trained', async () => {
    const shape = largeShape('gru');
    const frames = framesOf(shape);
    const network = backend.createNetwork(shape, initialiseParameters(shape, 3));
    const alone = streamed(network, frames);
    const other = { ...shape, pooling: 'last' as const, layerCount: 1 };
    const trained = backend.createNetwork(other, initialiseParameters(other, 5));
    const batch = randomBatch(other, new Array<number>(64).fill(60), 60, 7);
    const trainer = trained.createTrainer(DEFAULT_TRAINER_SETTINGS);
    const [inputs, classes] = [Float32Array.from(batch.inputs), new Int32Array(64)];
    let learning = true;
    const step = trainer
      .step({ ...batch, inputs }, { loss: 'cross-entropy', classes }, 0.001)
      .finally(() => (learning = false));
    let rounds = 0;
    while (learning) {
      expect(streamed(network, frames)).toEqual(alone);
      rounds++;
      await new Promise((resolve) => setImmediate(resolve));
    }
    expect((await step).loss).toBeGreaterThan(0);
    expect(rounds).toBeGreaterThan(1);
  });

  it.each(['float32', 'bfloat16'] as const)(
    'computes the same bits on any number of threads, in %s',
    async (weights) => {
      const [one, two, three] = await Promise.all(['1', '2', '3'].map((threads) => streamOn(threads, weights)));
      expect(two).toEqual(one);
      expect(three).toEqual(one);
    },
  );
});
