import { describe, expect, it } from 'vitest';
import { createNativeBackend } from '../../src/native/native-backend.ts';
import { initialiseParameters } from '../../src/nn/initialise.ts';
import { DEFAULT_TRAINER_SETTINGS, type NetworkShape, type Targets } from '../../src/nn/network.ts';
import { parameterSet } from '../../src/nn/parameters.ts';
import { createReferenceBackend } from '../../src/nn/reference-backend.ts';
import { softmaxRows } from '../../src/nn/softmax.ts';
import { createRandom } from '../../src/random.ts';
import { randomBatch } from '../nn/random-batch.ts';
import { addon } from './load.ts';

const SHAPE: NetworkShape = {
  inputSize: 5,
  hiddenSize: 20,
  layerCount: 1,
  classCount: 7,
  cell: 'gru',
  pooling: 'mean',
};
const SEQUENCES = 37;

function taught(temperature: number, share: number): Targets & { loss: 'cross-entropy' } {
  const random = createRandom(3, 'teacher');
  const classes = Int32Array.from({ length: SEQUENCES }, () => random.integer(SHAPE.classCount));
  const logits = Float32Array.from({ length: SEQUENCES * SHAPE.classCount }, () => random.normal());
  const posteriors = softmaxRows(logits, SHAPE.classCount) as Float32Array;
  return { loss: 'cross-entropy', classes, teacher: { posteriors, temperature, share } };
}

describe.skipIf(!addon)('learning from a teacher in the native core', () => {
  const { lengths, frameCount, inputs } = randomBatch(
    SHAPE,
    Array.from({ length: SEQUENCES }, (_, i) => 1 + (i % 6)),
    6,
    2,
  );
  const batch = { lengths, frameCount, inputs: Float32Array.from(inputs) };

  it.each([
    [1, 0.5],
    [4, 1],
    [2, 0],
  ])('has the loss and the gradient of the reference (temperature %d, share %d)', async (temperature, share) => {
    const initial = initialiseParameters(SHAPE, 5);
    const copy = parameterSet(SHAPE, 'float32', Float32Array.from(initial.values));
    const settings = { ...DEFAULT_TRAINER_SETTINGS, clipNorm: Infinity };
    const targets = taught(temperature, share);
    const own = createNativeBackend(addon!).createNetwork(SHAPE, copy).createTrainer(settings);
    const other = createReferenceBackend().createNetwork(SHAPE, initial).createTrainer(settings);
    // A learning rate of zero: Adam's first moment is then a tenth of the gradient.
    const [a, b] = [await own.step(batch, targets, 0), await other.step(batch, targets, 0)];
    expect(a.loss).toBeCloseTo(b.loss, 5);
    expect(a.correct).toBe(b.correct);
    const expected = other.state().firstMoment;
    own.state().firstMoment.forEach((value, i) => expect(Math.abs(value - expected[i]!)).toBeLessThan(1e-6));
  });

  it('refuses posteriors that do not fit the batch', async () => {
    const trainer = createNativeBackend(addon!)
      .createNetwork(SHAPE, initialiseParameters(SHAPE, 5))
      .createTrainer(DEFAULT_TRAINER_SETTINGS);
    const { teacher, ...targets } = taught(2, 0.5);
    for (const change of [
      { posteriors: teacher!.posteriors.slice(1) },
      { temperature: NaN },
      { share: 2 },
      { posteriors: [1] },
    ])
      await expect(
        trainer.step(batch, { ...targets, teacher: { ...teacher!, ...change } as typeof teacher & object }, 0.01),
      ).rejects.toMatchObject({ code: 'shape-mismatch' });
    await expect(trainer.step(batch, { ...targets, teacher: teacher! }, 0.01)).resolves.toMatchObject({
      loss: expect.any(Number) as number,
    });
  });
});
