import { describe, expect, it } from 'vitest';
import { createNativeBackend } from '../../src/native/native-backend.ts';
import { CELL_NAMES } from '../../src/nn/cells/cell.ts';
import { initialiseParameters } from '../../src/nn/initialise.ts';
import {
  answersPerSequence,
  DEFAULT_TRAINER_SETTINGS,
  UNSCORED,
  type NetworkShape,
  type OptimiserState,
  type SequenceBatch,
  type Targets,
} from '../../src/nn/network.ts';
import { createReferenceBackend } from '../../src/nn/reference-backend.ts';
import { parameterSet, type ParameterSet } from '../../src/nn/parameters.ts';
import { createRandom, type Random } from '../../src/random.ts';
import { addon } from './load.ts';

const shapes: NetworkShape[] = [];
for (const cell of CELL_NAMES)
  for (const pooling of ['last', 'mean', 'none'] as const)
    for (const [inputSize, hiddenSize, layerCount, classCount] of [
      [1, 1, 1, 1],
      [40, 128, 1, 12],
      [7, 21, 2, 5],
      [13, 37, 3, 3],
      [41, 33, 2, 17],
    ] as const)
      shapes.push({ inputSize, hiddenSize, layerCount, classCount, cell, pooling });

for (const [cell, pooling, inputSize, hiddenSize, layerCount, classCount] of [
  ['gru', 'attention', 40, 128, 1, 12],
  ['rnn', 'attention', 1, 1, 1, 1],
  ['lstm', 'attention', 7, 21, 2, 5],
  ['gru', 'multi-head', 40, 128, 1, 12],
  ['mgu', 'multi-head', 3, 4, 1, 2],
  ['gru-reset-after', 'multi-head', 13, 36, 2, 3],
] as const)
  shapes.push({ inputSize, hiddenSize, layerCount, classCount, cell, pooling });

/** Initial parameters, with numbers also where attention starts from zero: there, a mistake would not be seen. */
function startingParameters(shape: NetworkShape, seed: number): ParameterSet {
  const parameters = initialiseParameters(shape, seed);
  const random = createRandom(seed, 'queries');
  for (const { name, offset, length } of parameters.tensors)
    if (name.startsWith('pooling.'))
      for (let i = 0; i < length; i++)
        parameters.values[offset + i] = (2 * random.normal()) / Math.sqrt(shape.hiddenSize);
  return parameters;
}

/** A handful of shapes of 1 to 300 units, others for each instruction set. */
function randomShapes(set: string): NetworkShape[] {
  const random = createRandom(17, set);
  const size = (): number => 1 + random.integer(300);
  return CELL_NAMES.flatMap((cell) =>
    (['last', 'mean', 'none'] as const).map((pooling) => ({
      ...{
        inputSize: size(),
        hiddenSize: size(),
        layerCount: 1 + random.integer(2),
        classCount: 2 + random.integer(39), // of one alone every gradient is zero
      },
      ...{ cell, pooling },
    })),
  );
}

function makeBatch(shape: NetworkShape, sequences: number, frameCount: number, random: Random): SequenceBatch {
  const inputs = Float32Array.from({ length: sequences * frameCount * shape.inputSize }, () => random.normal());
  const lengths = Int32Array.from({ length: sequences }, () => 1 + random.integer(frameCount));
  return { inputs, lengths, frameCount };
}

/** Without pooling about a sixth of the frames is not scored. */
function makeTargets(shape: NetworkShape, batch: SequenceBatch, random: Random, loss: Targets['loss']): Targets {
  const answers = batch.lengths.length * answersPerSequence(shape, batch.frameCount);
  if (loss === 'mean-squared-error')
    return { loss, values: Float32Array.from({ length: answers * shape.classCount }, () => random.normal()) };
  const classes = Int32Array.from({ length: answers }, () => random.integer(shape.classCount));
  if (shape.pooling === 'none') for (let a = 5; a < answers; a += 6) classes[a] = UNSCORED;
  return { loss, classes };
}

const largest = (values: ArrayLike<number>): number => Array.from(values).reduce((m, v) => Math.max(m, Math.abs(v)), 0);
const difference = (a: ArrayLike<number>, b: ArrayLike<number>): number =>
  Array.from(a).reduce((m, v, i) => Math.max(m, Math.abs(v - b[i]!)), 0);

describe.skipIf(!addon)('the native core', () => {
  const sets = addon?.instructionSets ?? [];
  const reference = createReferenceBackend();

  describe.each(sets)('with %s', (set) => {
    const native = createNativeBackend(addon!, set);

    it.each(shapes)('agrees with the reference on logits and one Adam moment per parameter: %o', async (shape) => {
      const random = createRandom(shape.hiddenSize, 'native test');
      const batch = makeBatch(shape, 19, 7, random);
      const initial = startingParameters(shape, 5);
      const own = native.createNetwork(shape, parameterSet(shape, 'float32', Float32Array.from(initial.values)));
      const other = reference.createNetwork(shape, initial);
      expect(difference(own.forward(batch), other.forward(batch))).toBeLessThan(1e-5);
      expect(difference(await own.forwardAsync(batch), other.forward(batch))).toBeLessThan(1e-5);
      for (const loss of ['cross-entropy', 'mean-squared-error'] as const)
        for (const settings of [{}, { truncateFrames: 3 }, { dropout: 0.3 }]) {
          const targets = makeTargets(shape, batch, random, loss);
          const all = { ...DEFAULT_TRAINER_SETTINGS, clipNorm: Infinity, ...settings };
          const [a, b] = [own.createTrainer(all), other.createTrainer(all)];
          // A learning rate of zero: Adam's first moment is then a tenth of the gradient.
          const [da, db] = [new Float32Array(batch.inputs.length), new Float32Array(batch.inputs.length)];
          const [ra, rb] = [await a.step(batch, targets, 0, da), await b.step(batch, targets, 0, db)];
          expect(ra.loss).toBeCloseTo(rb.loss, 5);
          expect(ra.correct).toBe(rb.correct);
          const expected = b.state().firstMoment;
          expect(difference(a.state().firstMoment, expected)).toBeLessThan(1e-5 * Math.max(1e-3, largest(expected)));
          if (shape.classCount > 1) expect(largest(db)).toBeGreaterThan(0);
          expect(difference(da, db)).toBeLessThan(1e-5 * Math.max(1e-3, largest(db)));
        }
    });

    it.each(randomShapes(set))('agrees with the reference at sizes nobody chose: %o', async (shape) => {
      const random = createRandom(shape.hiddenSize, 'sizes');
      const [sequences, frameCount] = [1 + random.integer(40), 1 + random.integer(9)];
      const batch = makeBatch(shape, sequences, frameCount, random);
      const initial = initialiseParameters(shape, 6);
      const own = native.createNetwork(shape, parameterSet(shape, 'float32', Float32Array.from(initial.values)));
      const other = reference.createNetwork(shape, initial);
      expect(difference(own.forward(batch), other.forward(batch))).toBeLessThan(1e-5);
      const targets = makeTargets(shape, batch, random, 'cross-entropy');
      const settings = { ...DEFAULT_TRAINER_SETTINGS, dropout: 0.2, truncateFrames: 4 };
      const [a, b] = [own.createTrainer(settings), other.createTrainer(settings)];
      const [ra, rb] = [await a.step(batch, targets, 0), await b.step(batch, targets, 0)];
      expect(ra.loss).toBeCloseTo(rb.loss, 5);
      expect(Math.abs(ra.gradientNorm - rb.gradientNorm)).toBeLessThan(1e-5 * rb.gradientNorm);
      const expected = b.state().firstMoment;
      expect(difference(a.state().firstMoment, expected)).toBeLessThan(1e-5 * Math.max(1e-3, largest(expected)));
    });

    it.each(CELL_NAMES)('streams to the logits of the sequence so far (%s)', (cell) => {
      for (const pooling of ['last', 'mean', 'attention', 'multi-head'] as const) {
        const shape = { inputSize: 13, hiddenSize: 52, layerCount: 2, classCount: 5, cell, pooling };
        const network = native.createNetwork(shape, startingParameters(shape, 3));
        const frameCount = 12;
        const { inputs } = makeBatch(shape, 1, frameCount, createRandom(8));
        const stream = network.createStream();
        for (let again = 0; again < 2; again++) {
          for (let t = 0; t < frameCount; t++) {
            const soFar = inputs.slice(0, (t + 1) * shape.inputSize);
            const expected = network.forward({ inputs: soFar, lengths: Int32Array.of(t + 1), frameCount: t + 1 });
            expect(difference(stream.step(soFar.subarray(t * shape.inputSize)), expected)).toBeLessThan(1e-5);
          }
          stream.reset();
        }
      }
    });

    it('answers every frame of a single sequence as it does among others', () => {
      const shape = { inputSize: 5, hiddenSize: 20, layerCount: 2, classCount: 3, cell: 'gru' } as const;
      const network = native.createNetwork(
        { ...shape, pooling: 'none' },
        initialiseParameters({ ...shape, pooling: 'none' }, 3),
      );
      const batch = makeBatch({ ...shape, pooling: 'none' }, 2, 9, createRandom(8));
      batch.lengths.set([9, 4]);
      const both = network.forward(batch);
      const first = { inputs: batch.inputs.slice(0, 9 * 5), lengths: Int32Array.of(9), frameCount: 9 };
      expect(difference(network.forward(first), both.subarray(0, 27))).toBeLessThan(1e-5);
      // Four answers of the second sequence, and zeros in its padding.
      expect([...both.subarray(27 + 12)]).toEqual(Array<number>(15).fill(0));
      expect(largest(both.subarray(27, 27 + 12))).toBeGreaterThan(0);
    });

    it('trains to the same bits twice, and on from a saved optimiser as if it had not stopped', async () => {
      const shape = shapes.find(({ layerCount, cell }) => layerCount === 3 && cell === 'gru')!;
      const random = createRandom(2);
      const batches = Array.from({ length: 6 }, () => makeBatch(shape, 21, 8, random));
      const targets = makeTargets(shape, batches[0]!, random, 'cross-entropy');
      const settings = { ...DEFAULT_TRAINER_SETTINGS, dropout: 0.25, seed: 9 };
      const train = async (stopAfter: number): Promise<{ parameters: number[]; state: OptimiserState }> => {
        let network = native.createNetwork(shape, initialiseParameters(shape, 4));
        let trainer = network.createTrainer(settings);
        for (const [i, batch] of batches.entries()) {
          if (i === stopAfter) {
            const { step, firstMoment, secondMoment } = trainer.state();
            const kept = parameterSet(shape, 'float32', network.parameters.values.slice());
            network = native.createNetwork(shape, kept);
            trainer = network.createTrainer(settings, {
              ...{ step, firstMoment: firstMoment.slice(), secondMoment: secondMoment.slice() },
            });
          }
          await trainer.step(batch, targets, 0.01);
        }
        return { parameters: Array.from(network.parameters.values), state: trainer.state() };
      };
      const through = await train(-1);
      expect(await train(-1)).toEqual(through);
      expect(await train(3)).toEqual(through);
      expect(through.state.step).toBe(6);
      expect(through.parameters).not.toEqual(Array.from(initialiseParameters(shape, 4).values));
    });

    it('stops bulk work in mid-sequence when asked, and works on afterwards', async () => {
      const shape: NetworkShape = { ...shapes[0]!, inputSize: 8, hiddenSize: 128, layerCount: 3, classCount: 2 };
      const network = native.createNetwork(shape, initialiseParameters(shape, 1));
      // Some seconds of work, were it not stopped.
      const batch = makeBatch(shape, 32, 6000, createRandom(3));
      batch.lengths.fill(6000);
      const signal = { aborted: false };
      const running = network.forwardAsync(batch, signal);
      setTimeout(() => (signal.aborted = true), 20);
      await expect(running).rejects.toMatchObject({ name: 'HeedError', code: 'cancelled' });
      await expect(network.forwardAsync(batch, signal)).rejects.toMatchObject({ code: 'cancelled' });
      const small = makeBatch(shape, 3, 4, createRandom(3));
      expect(await network.forwardAsync(small, { aborted: false })).toEqual(network.forward(small));
    });

    it('stops a training step in mid-sequence when asked, with weights and Adam as before it', async () => {
      const shape: NetworkShape = { ...shapes[0]!, inputSize: 8, hiddenSize: 128, layerCount: 2, classCount: 2 };
      const network = native.createNetwork(shape, initialiseParameters(shape, 1));
      const trainer = network.createTrainer(DEFAULT_TRAINER_SETTINGS);
      // Some seconds of work, were it not stopped.
      const long = makeBatch(shape, 16, 3000, createRandom(3));
      long.lengths.fill(3000);
      const targets = makeTargets(shape, long, createRandom(4), 'cross-entropy');
      const signal = { aborted: false };
      const running = trainer.step(long, targets, 0.1, undefined, signal);
      setTimeout(() => (signal.aborted = true), 20);
      await expect(running).rejects.toMatchObject({ name: 'HeedError', code: 'cancelled' });
      await expect(trainer.step(long, targets, 0.1, undefined, signal)).rejects.toMatchObject({ code: 'cancelled' });
      expect(trainer.state().step).toBe(0);
      const small = makeBatch(shape, 16, 4, createRandom(5));
      const untouched = native.createNetwork(shape, initialiseParameters(shape, 1));
      await untouched.createTrainer(DEFAULT_TRAINER_SETTINGS).step(small, targets, 0.1);
      await trainer.step(small, targets, 0.1, undefined, { aborted: false });
      expect(network.parameters.values).toEqual(untouched.parameters.values);
    });
  });
});
