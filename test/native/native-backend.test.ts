import { describe, expect, it } from 'vitest';
import { createNativeBackend } from '../../src/native/native-backend.ts';
import { initialiseParameters } from '../../src/nn/initialise.ts';
import { DEFAULT_TRAINER_SETTINGS, type NetworkShape, type SequenceBatch, type Targets } from '../../src/nn/network.ts';
import { createReferenceBackend } from '../../src/nn/reference-backend.ts';
import { parameterSet } from '../../src/nn/parameters.ts';
import { createRandom, type Random } from '../../src/random.ts';
import { addon } from './load.ts';

const shapes: NetworkShape[] = [];
for (const resetAfter of [false, true])
  for (const pooling of ['last', 'mean'] as const)
    for (const [inputSize, hiddenSize, layerCount, classCount] of [
      [1, 1, 1, 1],
      [40, 128, 1, 12],
      [7, 21, 2, 5],
      [13, 37, 3, 3],
      [41, 33, 2, 17],
    ] as const)
      shapes.push({ inputSize, hiddenSize, layerCount, classCount, resetAfter, pooling });

function makeBatch(shape: NetworkShape, sequences: number, frameCount: number, random: Random): SequenceBatch {
  const inputs = Float32Array.from({ length: sequences * frameCount * shape.inputSize }, () => random.normal());
  const lengths = Int32Array.from({ length: sequences }, () => 1 + random.integer(frameCount));
  return { inputs, lengths, frameCount };
}

function makeTargets(shape: NetworkShape, sequences: number, random: Random, loss: Targets['loss']): Targets {
  return loss === 'cross-entropy'
    ? { loss, classes: Int32Array.from({ length: sequences }, () => random.integer(shape.classCount)) }
    : { loss, values: Float32Array.from({ length: sequences * shape.classCount }, () => random.normal()) };
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
      const batch = makeBatch(shape, 19, 11, random);
      const initial = initialiseParameters(shape, 5);
      const own = native.createNetwork(shape, parameterSet(shape, 'float32', Float32Array.from(initial.values)));
      const other = reference.createNetwork(shape, initial);
      expect(difference(own.forward(batch), other.forward(batch))).toBeLessThan(1e-5);
      expect(difference(await own.forwardAsync(batch), other.forward(batch))).toBeLessThan(1e-5);
      for (const loss of ['cross-entropy', 'mean-squared-error'] as const)
        for (const settings of [{}, { truncateFrames: 3 }, { dropout: 0.3 }]) {
          const targets = makeTargets(shape, 19, random, loss);
          const all = { ...DEFAULT_TRAINER_SETTINGS, clipNorm: Infinity, ...settings };
          const [a, b] = [own.createTrainer(all), other.createTrainer(all)];
          // A learning rate of zero: Adam's first moment is then a tenth of the gradient.
          const [ra, rb] = [await a.step(batch, targets, 0), await b.step(batch, targets, 0)];
          expect(ra.loss).toBeCloseTo(rb.loss, 5);
          expect(ra.correct).toBe(rb.correct);
          const expected = b.state().firstMoment;
          expect(difference(a.state().firstMoment, expected)).toBeLessThan(1e-5 * Math.max(1e-3, largest(expected)));
        }
    });
  });
});
