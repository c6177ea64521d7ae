import { describe, expect, it } from 'vitest';
import { lossWithGradient } from '../../src/nn/losses.ts';
import { createMatrix } from '../../src/nn/matrix.ts';
import { UNSCORED } from '../../src/nn/network.ts';
import { softmaxRows } from '../../src/nn/softmax.ts';

function matrixOf(rows: readonly (readonly number[])[]) {
  const matrix = createMatrix(rows.length, rows[0]!.length);
  matrix.values.set(rows.flat());
  return matrix;
}

describe('softmaxRows', () => {
  it('turns each row into probabilities in proportion to exp', () => {
    const p = softmaxRows(Float64Array.of(0, Math.log(3), 5, 5), 2, new Float64Array(4));
    [0.25, 0.75, 0.5, 0.5].forEach((value, i) => expect(p[i]).toBeCloseTo(value, 14));
  });

  it('neither overflows nor loses a row to logits of a thousand', () => {
    expect([...softmaxRows(Float32Array.of(1000, 0, -1000, -1000), 2)]).toEqual([1, 0, 0.5, 0.5]);
  });

  it('may write over its logits', () => {
    const logits = Float32Array.of(1, 2, 3);
    expect(softmaxRows(logits, 3, logits)).toEqual(softmaxRows(Float32Array.of(1, 2, 3), 3));
  });
});

describe('softmax cross-entropy', () => {
  const targets = { loss: 'cross-entropy', classes: Int32Array.of(9, 1, 0) } as const;

  it('is the mean of −ln p over the whole batch, of which a slice gives its share', () => {
    const logits = matrixOf([
      [0, Math.log(3)],
      [Math.log(4), 0],
    ]);
    const dLogits = createMatrix(2, 2);
    const { loss, correct } = lossWithGradient(logits, targets, Int32Array.of(1, 2), 3, dLogits);
    expect(loss).toBeCloseTo(-(Math.log(0.75) + Math.log(0.8)) / 3, 14);
    expect(correct).toBe(2);
    [0.25, -0.25, -0.2, 0.2].forEach((value, i) => expect(dLogits.values[i]).toBeCloseTo(value / 3, 14));
  });

  it('counts no sequence as right whose largest logit is another class', () => {
    expect(lossWithGradient(matrixOf([[2, 1]]), targets, Int32Array.of(1), 1, createMatrix(1, 2)).correct).toBe(0);
  });

  it('stays finite where a probability is too small for a number', () => {
    const { loss } = lossWithGradient(matrixOf([[2000, 0]]), targets, Int32Array.of(1), 1, createMatrix(1, 2));
    expect(loss).toBe(2000);
  });

  it('leaves answers out that are not scored', () => {
    const frames = { loss: 'cross-entropy', classes: Int32Array.of(UNSCORED, 1) } as const;
    const dLogits = createMatrix(2, 2);
    dLogits.values.fill(7);
    const { loss, correct } = lossWithGradient(
      matrixOf([
        [5, 0],
        [0, Math.log(3)],
      ]),
      frames,
      Int32Array.of(0, 1),
      1,
      dLogits,
    );
    expect(loss).toBeCloseTo(-Math.log(0.75), 14);
    expect(correct).toBe(1);
    expect([...dLogits.values.subarray(0, 2)]).toEqual([0, 0]);
  });
});

describe('mean squared error', () => {
  it('is the mean over all outputs of the batch', () => {
    const targets = { loss: 'mean-squared-error', values: Float32Array.of(1, 1, 0, 3) } as const;
    const dLogits = createMatrix(1, 2);
    const { loss } = lossWithGradient(matrixOf([[2, 1]]), targets, Int32Array.of(1), 2, dLogits);
    expect(loss).toBe((4 + 4) / 4);
    expect([...dLogits.values]).toEqual([1, -1]);
  });
});
