import { describe, expect, it } from 'vitest';
import { createNativeBackend } from '../../src/native/native-backend.ts';
import { CELL_NAMES } from '../../src/nn/cells/cell.ts';
import { initialiseParameters } from '../../src/nn/initialise.ts';
import {
  DEFAULT_TRAINER_SETTINGS,
  type ComputeBackend,
  type NetworkShape,
  type SequenceBatch,
  type Targets,
} from '../../src/nn/network.ts';
import { parameterSet } from '../../src/nn/parameters.ts';
import { createReferenceBackend } from '../../src/nn/reference-backend.ts';
import { createRandom, type Random } from '../../src/random.ts';
import { addon } from './load.ts';

const sizes = [
  [1, 1, 1, 2],
  [3, 5, 1, 3],
  [40, 128, 1, 12],
  [7, 21, 2, 5],
  [13, 37, 3, 3],
  [101, 67, 2, 9],
] as const;
const shapes = sizes.flatMap(([inputSize, hiddenSize, layerCount, classCount]) =>
  CELL_NAMES.map((cell): NetworkShape => ({
    ...{ inputSize, hiddenSize, layerCount, classCount, cell },
    pooling: layerCount === 2 ? 'mean' : 'last',
  })),
);

function randomBatch({ inputSize }: NetworkShape, sequences: number, frameCount: number, random: Random) {
  return {
    inputs: Float32Array.from({ length: sequences * frameCount * inputSize }, () => random.normal()),
    lengths: Int32Array.from({ length: sequences }, () => 1 + random.integer(frameCount)),
    frameCount,
  } satisfies SequenceBatch;
}

function randomTargets({ classCount }: NetworkShape, sequences: number, random: Random): Targets {
  return { loss: 'cross-entropy', classes: Int32Array.from({ length: sequences }, () => random.integer(classCount)) };
}

/** To the nearest bfloat16, of two to the even one. */
function rounded(values: Float32Array): Float32Array {
  const words = new Uint32Array(Float32Array.from(values).buffer);
  for (const [i, word] of words.entries()) words[i] = (word + 0x7fff + ((word >>> 16) & 1)) & 0xffff0000;
  return new Float32Array(words.buffer);
}

const norm = (values: ArrayLike<number>): number => Math.hypot(...Array.from(values));
/** |a − b| / |b|, as vectors. */
const relativeError = (a: ArrayLike<number>, b: ArrayLike<number>): number =>
  norm(Array.from(a, (value, i) => value - b[i]!)) / norm(b);

describe.skipIf(!addon)('batches and training in bfloat16', () => {
  const reference = createReferenceBackend();

  describe.each(addon?.instructionSets ?? [])('with %s', (set) => {
    const bf16 = createNativeBackend(addon!, set, { precision: 'bfloat16' });

    it.each(shapes)('gives logits and gradients within 2 % of the reference, and not float32’s: %o', async (shape) => {
      const random = createRandom(shape.hiddenSize, 'bf16 batches');
      const batch = randomBatch(shape, 19, 7, random);
      const initial = initialiseParameters(shape, 5);
      const own = bf16.createNetwork(shape, parameterSet(shape, 'float32', Float32Array.from(initial.values)));
      const other = reference.createNetwork(shape, initial);
      const logits = await own.forwardAsync(batch);
      expect(relativeError(logits, other.forward(batch))).toBeLessThan(0.01);
      expect(own.forward(batch)).toEqual(logits);
      const targets = randomTargets(shape, 19, random);
      for (const changes of [{}, { truncateFrames: 3 }, { dropout: 0.3 }]) {
        const settings = { ...DEFAULT_TRAINER_SETTINGS, clipNorm: Infinity, ...changes };
        const [a, b] = [own.createTrainer(settings), other.createTrainer(settings)];
        // A learning rate of zero: Adam's first moment is then a tenth of the gradient.
        const [ra, rb] = [await a.step(batch, targets, 0), await b.step(batch, targets, 0)];
        expect(Math.abs(ra.loss - rb.loss)).toBeLessThan(0.01);
        const error = relativeError(a.state().firstMoment, b.state().firstMoment);
        expect(error).toBeLessThan(0.02);
        expect(error).toBeGreaterThan(1e-5);
      }
    });

    it('rounds inputs and weights to the nearest bfloat16, and sums in float32', () => {
      for (const shape of shapes.filter(({ layerCount }) => layerCount === 1)) {
        // In the first frame there is no state yet, so that nothing in between is rounded either.
        const batch = randomBatch(shape, 5, 1, createRandom(3));
        const exact = initialiseParameters(shape, 5);
        const weights = parameterSet(shape, 'float32', rounded(exact.values as Float32Array));
        for (const { name, offset, length } of exact.tensors)
          if (!(name.startsWith('layers.') && name.endsWith('.weights')))
            weights.values.set(exact.values.slice(offset, offset + length), offset);
        const logits = bf16.createNetwork(shape, exact).forward(batch);
        const expected = reference.createNetwork(shape, weights).forward({ ...batch, inputs: rounded(batch.inputs) });
        logits.forEach((logit, i) => expect(Math.abs(logit - expected[i]!)).toBeLessThan(1e-5));
      }
    });

    it('computes a single sequence, and streams, in float32', () => {
      const shape = shapes[6]!;
      const parameters = initialiseParameters(shape, 5);
      const batch = randomBatch(shape, 1, 9, createRandom(3));
      const networks = [bf16, createNativeBackend(addon!, set)].map((backend) =>
        backend.createNetwork(shape, parameters),
      );
      const [own, full] = networks.map((network) => network.forward(batch));
      expect(own).toEqual(full);
      const frame = batch.inputs.subarray(0, shape.inputSize);
      const [ownStep, fullStep] = networks.map((network) => Array.from(network.createStream().step(frame)));
      expect(ownStep).toEqual(fullStep);
    });

    it('trains to the same bits twice, and follows the new weights in batches, single sequences and streams', async () => {
      const shape = shapes[8]!;
      const random = createRandom(2);
      const batch = randomBatch(shape, 21, 8, random);
      const targets = randomTargets(shape, 21, random);
      const one = { ...batch, inputs: batch.inputs.subarray(0, 8 * shape.inputSize), lengths: Int32Array.of(8) };
      const frame = batch.inputs.subarray(0, shape.inputSize);
      const runs: Float32Array[] = [];
      for (let run = 0; run < 2; run++) {
        const network = bf16.createNetwork(shape, initialiseParameters(shape, 4));
        const stream = network.createStream();
        network.forward(batch);
        network.forward(one);
        stream.step(frame);
        const trainer = network.createTrainer({ ...DEFAULT_TRAINER_SETTINGS, dropout: 0.25, seed: 9 });
        for (let i = 0; i < 5; i++) await trainer.step(batch, targets, 0.01);
        stream.reset();
        const fresh = bf16.createNetwork(shape, network.parameters);
        expect(network.forward(batch)).toEqual(fresh.forward(batch));
        expect(network.forward(one)).toEqual(fresh.forward(one));
        expect(stream.step(frame)).toEqual(fresh.createStream().step(frame));
        runs.push(Float32Array.from(network.parameters.values));
      }
      expect(runs[1]).toEqual(runs[0]);
    });

    it('learns what float32 learns', async () => {
      const shape: NetworkShape = { ...shapes[2]!, inputSize: 6, hiddenSize: 24, classCount: 3, pooling: 'mean' };
      const random = createRandom(7);
      // The class is the input that is the loudest over all frames.
      const batch = randomBatch(shape, 48, 10, random);
      const classes = Int32Array.from({ length: 48 }, () => random.integer(3));
      const frameLength = shape.inputSize;
      for (let i = 0; i < batch.inputs.length; i += frameLength) {
        const sequence = Math.floor(i / (frameLength * batch.frameCount));
        batch.inputs[i + classes[sequence]!]! += 0.7;
      }
      const losses = async (backend: ComputeBackend): Promise<number[]> => {
        const trainer = backend
          .createNetwork(shape, initialiseParameters(shape, 1))
          .createTrainer(DEFAULT_TRAINER_SETTINGS);
        const all: number[] = [];
        for (let i = 0; i < 60; i++)
          all.push((await trainer.step(batch, { loss: 'cross-entropy', classes }, 0.005)).loss);
        return all;
      };
      const [own, full] = [await losses(bf16), await losses(createNativeBackend(addon!, set))];
      expect(full.at(-1)).toBeLessThan(full[0]! / 3);
      own.forEach((loss, i) => expect(Math.abs(loss - full[i]!)).toBeLessThan(0.02));
    });
  });

  it('refuses another precision', () => {
    const backend = createNativeBackend(addon!, undefined, { precision: 'int4' as 'bfloat16' });
    expect(() => backend.createNetwork(shapes[0]!, initialiseParameters(shapes[0]!, 1))).toThrow(
      expect.objectContaining({ code: 'usage' }),
    );
  });
});
