import { describe, expect, it } from 'vitest';
import { checkTargets } from '../../src/nn/batch-checks.ts';
import { distillationLoss } from '../../src/nn/distillation.ts';
import { lossWithGradient } from '../../src/nn/losses.ts';
import { createMatrix, type Matrix } from '../../src/nn/matrix.ts';
import { UNSCORED, type Teaching } from '../../src/nn/network.ts';
import { softmaxRows } from '../../src/nn/softmax.ts';
import { createRandom } from '../../src/random.ts';

const CLASSES = 4;
const BATCH = 3;
const ALL = Int32Array.of(0, 1, 2);
const classes = Int32Array.of(2, 0, 3);

function logitsOf(seed: number): Matrix {
  const random = createRandom(seed);
  const matrix = createMatrix(BATCH, CLASSES);
  for (let i = 0; i < matrix.values.length; i++) matrix.values[i] = 2 * random.normal();
  return matrix;
}

function teaching(temperature: number, share: number, seed = 7): Teaching {
  const softened = Float64Array.from(logitsOf(seed).values, (value) => value / temperature);
  return { posteriors: softmaxRows(softened, CLASSES, new Float64Array(softened.length)), temperature, share };
}

const lossOf = (logits: Matrix, teacher: Teaching): number =>
  distillationLoss(logits, classes, teacher, ALL, BATCH, createMatrix(BATCH, CLASSES)).loss;

describe('the loss of distillation', () => {
  it.each([
    [1, 0.3],
    [2, 0.7],
    [5, 1],
  ])('has the gradient that its differences say (temperature %d, share %d)', (temperature, share) => {
    const logits = logitsOf(1);
    const teacher = teaching(temperature, share);
    const dLogits = createMatrix(BATCH, CLASSES);
    distillationLoss(logits, classes, teacher, ALL, BATCH, dLogits);
    for (let i = 0; i < logits.values.length; i++) {
      const value = logits.values[i]!;
      const at = (shift: number): number => {
        logits.values[i] = value + shift;
        const loss = lossOf(logits, teacher);
        logits.values[i] = value;
        return loss;
      };
      const difference = (8 * (at(1e-3) - at(-1e-3)) - (at(2e-3) - at(-2e-3))) / 12e-3;
      expect(dLogits.values[i]).toBeCloseTo(difference, 9);
    }
  });

  it('is cross-entropy where the teacher has no share', () => {
    const [logits, plain, taught] = [logitsOf(1), createMatrix(BATCH, CLASSES), createMatrix(BATCH, CLASSES)];
    const expected = lossWithGradient(logits, { loss: 'cross-entropy', classes }, ALL, BATCH, plain);
    const targets = { loss: 'cross-entropy', classes, teacher: teaching(3, 0) } as const;
    const found = lossWithGradient(logits, targets, ALL, BATCH, taught);
    expect(found.correct).toBe(expected.correct);
    expect(found.loss).toBeCloseTo(expected.loss, 12);
    plain.values.forEach((value, i) => expect(taught.values[i]).toBeCloseTo(value, 12));
  });

  it('is zero, and flat, where the student answers as its teacher does', () => {
    const dLogits = createMatrix(BATCH, CLASSES);
    const { loss } = distillationLoss(logitsOf(7), classes, teaching(2, 1), ALL, BATCH, dLogits);
    expect(loss).toBeCloseTo(0, 12);
    for (const value of dLogits.values) expect(value).toBeCloseTo(0, 12);
  });

  it('gives each slice of a batch its own share', () => {
    const logits = logitsOf(1);
    const teacher = teaching(2, 0.5);
    const last = createMatrix(1, CLASSES);
    last.values.set(logits.values.subarray(2 * CLASSES));
    const slice = distillationLoss(last, classes, teacher, Int32Array.of(2), BATCH, createMatrix(1, CLASSES));
    const first = distillationLoss(logits, classes, teacher, Int32Array.of(0, 1), BATCH, createMatrix(BATCH, CLASSES));
    expect(first.loss + slice.loss).toBeCloseTo(lossOf(logits, teacher), 12);
  });

  it('passes over answers that are not scored', () => {
    const dLogits = createMatrix(BATCH, CLASSES);
    dLogits.values.fill(9);
    const some = Int32Array.of(2, UNSCORED, 3);
    const { loss } = distillationLoss(logitsOf(1), some, teaching(2, 0.5), ALL, 2, dLogits);
    expect([...dLogits.values.subarray(CLASSES, 2 * CLASSES)]).toEqual([0, 0, 0, 0]);
    const scored = Int32Array.of(0, 2);
    const rows = createMatrix(2, CLASSES);
    scored.forEach((row, i) =>
      rows.values.set(logitsOf(1).values.subarray(row * CLASSES, (row + 1) * CLASSES), i * CLASSES),
    );
    expect(loss).toBe(distillationLoss(rows, classes, teaching(2, 0.5), scored, 2, createMatrix(2, CLASSES)).loss);
  });

  it('stays finite for a teacher that is certain', () => {
    const teacher = { posteriors: Float64Array.of(1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 1), temperature: 2, share: 1 };
    expect(lossOf(logitsOf(1), teacher)).toBeGreaterThan(0);
    expect(lossOf(logitsOf(1), teacher)).toBeLessThan(100);
  });

  it('refuses a teacher that does not fit the batch, or makes no sense', () => {
    const shape = {
      inputSize: 1,
      hiddenSize: 1,
      layerCount: 1,
      classCount: CLASSES,
      cell: 'gru',
      pooling: 'last',
    } as const;
    const batch = { inputs: new Float64Array(BATCH), lengths: Int32Array.of(1, 1, 1), frameCount: 1 };
    const check = (teacher: Teaching) => () => checkTargets(shape, { loss: 'cross-entropy', classes, teacher }, batch);
    const fitting = teaching(2, 0.5);
    expect(check(fitting)).not.toThrow();
    expect(check({ ...fitting, posteriors: fitting.posteriors.slice(1) })).toThrow(/needs 12 posteriors/);
    for (const change of [{ temperature: 0 }, { temperature: NaN }, { share: 1.1 }, { share: -1 }])
      expect(check({ ...fitting, ...change })).toThrow(/temperature must be/);
  });
});
