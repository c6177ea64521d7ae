import { describe, expect, it } from 'vitest';
import { BENCH_SHAPES, networkShape, trainingFlops } from '../../../src/lab/bench/shapes.ts';

describe('trainingFlops', () => {
  it('counts 34.9 million operations for an utterance of shape A and 358.9 million for one of shape B', () => {
    expect(trainingFlops(BENCH_SHAPES.A) / 1e6).toBeCloseTo(34.9, 1);
    expect(trainingFlops(BENCH_SHAPES.B) / 1e6).toBeCloseTo(358.9, 1);
  });

  it('counts every product of a tiny network', () => {
    const tiny = { ...BENCH_SHAPES.A, frameCount: 2, inputSize: 3, hiddenSize: 5, layerCount: 2 };
    // Multiply-adds of a frame, by layer: forward, weight gradients, state gradient, input gradient.
    const first = 15 * 8 + 15 * 8 + 15 * 5;
    const second = 15 * 10 + 15 * 10 + 15 * 5 + 15 * 5;
    expect(trainingFlops(tiny)).toBe(2 * 2 * (first + second));
  });

  it('grows in proportion to frames, and does not depend on classes or batch', () => {
    const { A } = BENCH_SHAPES;
    expect(trainingFlops({ ...A, frameCount: 3 * A.frameCount })).toBe(3 * trainingFlops(A));
    expect(trainingFlops({ ...A, classCount: 1000, batchSize: 1 })).toBe(trainingFlops(A));
  });
});

describe('networkShape', () => {
  it("is the shape's own cell, resetting before the product unless asked", () => {
    expect(networkShape(BENCH_SHAPES.B)).toEqual({
      inputSize: 40,
      hiddenSize: 256,
      layerCount: 2,
      classCount: 35,
      cell: 'gru',
      pooling: 'last',
    });
    expect(networkShape(BENCH_SHAPES.B, 'lstm').cell).toBe('lstm');
  });
});
