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
function toBfloat16(values: Float32Array): Float32Array {
  const words = new Uint32Array(Float32Array.from(values).buffer);
  for (const [i, word] of words.entries()) words[i] = (word + 0x7fff + ((word >>> 16) & 1)) & 0xffff0000;
  return new Float32Array(words.buffer);
}

/** To the nearest float16 (11 bits, the smallest numbers steps of 2⁻²⁴ apart), of two to the even one. */
function toFloat16(values: Float32Array): Float32Array {
  return values.map((value) => {
    const step = 2 ** Math.max(-24, Math.floor(Math.log2(Math.abs(value) || 1)) - 10);
    const steps = value / step;
    const floor = Math.floor(steps);
    const up = steps - floor > 0.5 || (steps - floor === 0.5 && floor % 2 !== 0);
    return (up ? floor + 1 : floor) * step;
  });
}

/** How far each format may be off. */
const formats = [
  {
    precision: 'bfloat16',
    ...{ sets: addon?.instructionSets ?? [], rounded: toBfloat16 },
    ...{ logits: 0.01, gradients: 0.02, lossAfterTraining: 0.02, sums: 1e-5 },
  },
  {
    precision: 'float16',
    ...{ sets: addon?.float16InstructionSets ?? [], rounded: toFloat16 },
    // Runs of products are summed up in float16 too.
    ...{ logits: 0.003, gradients: 0.005, lossAfterTraining: 0.005, sums: 2e-3 },
  },
] as const;

const norm = (values: ArrayLike<number>): number => Math.hypot(...Array.from(values));
/** |a − b| / |b|, as vectors. */
const relativeError = (a: ArrayLike<number>, b: ArrayLike<number>): number =>
  norm(Array.from(a, (value, i) => value - b[i]!)) / norm(b);

describe.skipIf(!addon)('batches and training in 16 bits', () => {
  const reference = createReferenceBackend();

  describe.each(formats.flatMap(({ sets, ...format }) => sets.map((set) => ({ set, ...format }))))(
    'in $precision with $set',
    ({ set, precision, rounded, ...most }) => {
      const reduced = createNativeBackend(addon!, set, { precision });

      it.each(shapes)('gives nearly the reference’s logits and gradients, and not float32’s: %o', async (shape) => {
        const random = createRandom(shape.hiddenSize, 'bf16 batches');
        const batch = randomBatch(shape, 19, 7, random);
        const initial = initialiseParameters(shape, 5);
        const own = reduced.createNetwork(shape, parameterSet(shape, 'float32', Float32Array.from(initial.values)));
        const other = reference.createNetwork(shape, initial);
        const logits = await own.forwardAsync(batch);
        expect(relativeError(logits, other.forward(batch))).toBeLessThan(most.logits);
        expect(own.forward(batch)).toEqual(logits);
        const targets = randomTargets(shape, 19, random);
        for (const changes of [{}, { truncateFrames: 3 }, { dropout: 0.3 }]) {
          const settings = { ...DEFAULT_TRAINER_SETTINGS, clipNorm: Infinity, ...changes };
          const [a, b] = [own.createTrainer(settings), other.createTrainer(settings)];
          // A learning rate of zero: Adam's first moment is then a tenth of the gradient.
          const [ra, rb] = [await a.step(batch, targets, 0), await b.step(batch, targets, 0)];
          expect(Math.abs(ra.loss - rb.loss)).toBeLessThan(most.logits);
          expect(Math.abs(ra.gradientNorm / rb.gradientNorm - 1)).toBeLessThan(most.gradients);
          const error = relativeError(a.state().firstMoment, b.state().firstMoment);
          expect(error).toBeLessThan(most.gradients);
          expect(error).toBeGreaterThan(1e-5);
        }
      });

      it('rounds inputs and weights to the nearest number of the format', () => {
        for (const shape of shapes.filter(({ layerCount }) => layerCount === 1)) {
          // In the first frame there is no state yet, so that nothing in between is rounded either.
          const batch = randomBatch(shape, 5, 1, createRandom(3));
          const exact = initialiseParameters(shape, 5);
          const weights = parameterSet(shape, 'float32', rounded(exact.values as Float32Array));
          for (const { name, offset, length } of exact.tensors)
            if (!(name.startsWith('layers.') && name.endsWith('.weights')))
              weights.values.set(exact.values.slice(offset, offset + length), offset);
          const logits = reduced.createNetwork(shape, exact).forward(batch);
          const expected = reference.createNetwork(shape, weights).forward({ ...batch, inputs: rounded(batch.inputs) });
          logits.forEach((logit, i) => expect(Math.abs(logit - expected[i]!)).toBeLessThan(most.sums));
        }
      });

      it('computes a single sequence, and streams, in float32', () => {
        const shape = shapes[6]!;
        const parameters = initialiseParameters(shape, 5);
        const batch = randomBatch(shape, 1, 9, createRandom(3));
        const networks = [reduced, createNativeBackend(addon!, set)].map((backend) =>
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
          const network = reduced.createNetwork(shape, initialiseParameters(shape, 4));
          const stream = network.createStream();
          network.forward(batch);
          network.forward(one);
          stream.step(frame);
          const trainer = network.createTrainer({ ...DEFAULT_TRAINER_SETTINGS, dropout: 0.25, seed: 9 });
          for (let i = 0; i < 5; i++) await trainer.step(batch, targets, 0.01);
          stream.reset();
          const fresh = reduced.createNetwork(shape, network.parameters);
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
        const [own, full] = [await losses(reduced), await losses(createNativeBackend(addon!, set))];
        expect(full.at(-1)).toBeLessThan(full[0]! / 3);
        own.forEach((loss, i) => expect(Math.abs(loss - full[i]!)).toBeLessThan(most.lossAfterTraining));
      });
    },
  );

  it('keeps gradients that are too small for float16 as they are', async () => {
    const shape = shapes[2 * CELL_NAMES.length]!;
    const random = createRandom(4);
    const batch = randomBatch(shape, 64, 9, random);
    const targets = randomTargets(shape, 64, random);
    const firstMoment = async (backend: ComputeBackend): Promise<ArrayLike<number>> => {
      const parameters = initialiseParameters(shape, 5);
      // The head hands down a millionth of its gradient, far below the smallest float16 that is not zero.
      for (const { name, offset, length } of parameters.tensors)
        if (name === 'head.weights') for (let i = 0; i < length; i++) parameters.values[offset + i]! *= 1e-6;
      const trainer = backend.createNetwork(shape, parameters).createTrainer(DEFAULT_TRAINER_SETTINGS);
      await trainer.step(batch, targets, 0);
      const { offset, length } = parameters.tensors[0]!;
      return trainer.state().firstMoment.slice(offset, offset + length);
    };
    const expected = await firstMoment(reference);
    expect(norm(expected)).toBeGreaterThan(0);
    for (const set of addon!.float16InstructionSets) {
      const own = await firstMoment(createNativeBackend(addon!, set, { precision: 'float16' }));
      expect(relativeError(own, expected)).toBeLessThan(0.2);
    }
  });

  it('refuses float16 where the processor has no instructions for it, and in streams', () => {
    const shape = shapes[0]!;
    for (const set of addon!.instructionSets)
      if (!addon!.float16InstructionSets.includes(set)) {
        expect(() => createNativeBackend(addon!, set, { precision: 'float16' })).toThrow(
          expect.objectContaining({ code: 'usage', message: expect.stringContaining('float16') as string }),
        );
        expect(() => new addon!.NativeNetwork(shape, set, 'float16')).toThrow(/float16/);
        expect(() => addon!.peakFma(set, 1, 1, 'float16')).toThrow(/float16/);
      }
    const network = createNativeBackend(addon!, undefined, { streamWeights: 'float16' });
    expect(() => network.createNetwork(shape, initialiseParameters(shape, 1)).createStream()).toThrow(
      expect.objectContaining({ code: 'usage' }),
    );
  });

  it('refuses another precision', () => {
    const backend = createNativeBackend(addon!, undefined, { precision: 'int4' as 'bfloat16' });
    expect(() => backend.createNetwork(shapes[0]!, initialiseParameters(shapes[0]!, 1))).toThrow(
      expect.objectContaining({ code: 'usage' }),
    );
  });
});
