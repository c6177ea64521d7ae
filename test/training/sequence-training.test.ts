import { describe, expect, it } from 'vitest';
import { initialiseEmbedding } from '../../src/nn/embedding.ts';
import { initialiseParameters } from '../../src/nn/initialise.ts';
import { UNSCORED, type NetworkShape } from '../../src/nn/network.ts';
import { createReferenceBackend } from '../../src/nn/reference-backend.ts';
import { createRandom } from '../../src/random.ts';
import { embedded, trainOnSequences, type TaskBatch } from '../../src/training/sequence-training.ts';

const backend = createReferenceBackend();

function networkOf(shape: Partial<NetworkShape>) {
  const all: NetworkShape = {
    ...{ inputSize: 1, hiddenSize: 8, layerCount: 1, classCount: 2, cell: 'gru', pooling: 'last' },
    ...shape,
  };
  return backend.createNetwork(all, initialiseParameters(all, 1));
}

describe('training on sequences', () => {
  it('learns a task from tokens to a label only through the embedding: which of two orders they come in', async () => {
    const network = networkOf({ inputSize: 2 });
    const embedding = initialiseEmbedding(2, 2, 1);
    const tokens = Int32Array.of(0, 1, 1, 0);
    const made = { tokens, lengths: Int32Array.of(2, 2), frameCount: 2 };
    const batch: TaskBatch = { ...made, targets: { loss: 'cross-entropy', classes: Int32Array.of(0, 1) } };
    const losses: number[] = [];
    await trainOnSequences({
      ...{ network, embedding, stepCount: 120, learningRate: 0.03, batchAt: () => batch },
      onStep: (_, loss) => losses.push(loss),
    });
    const logits = network.forward(embedded(made, embedding));
    expect(logits[0]).toBeGreaterThan(logits[1]!);
    expect(logits[3]).toBeGreaterThan(logits[2]!);
    expect(losses.at(-1)).toBeLessThan(0.1);
  });

  it('learns a task from sequence to sequence: the frame before', async () => {
    const network = networkOf({ hiddenSize: 12, pooling: 'none' });
    const batchAt = (step: number): TaskBatch => {
      const random = createRandom(5, step);
      const bits = Array.from({ length: 16 * 6 }, () => random.integer(2));
      return {
        batch: { inputs: Float32Array.from(bits), lengths: new Int32Array(16).fill(6), frameCount: 6 },
        targets: {
          loss: 'cross-entropy',
          classes: Int32Array.from(bits, (_, i) => (i % 6 === 0 ? UNSCORED : bits[i - 1]!)),
        },
      };
    };
    let right = 0;
    await trainOnSequences({
      ...{ network, stepCount: 250, learningRate: 0.03, batchAt },
      onStep: (step, _, correct) => (right = step === 249 ? correct : right),
    });
    expect(right).toBe(16 * 5);
  });

  it('learns a task from sequence to value: the mean of the inputs', async () => {
    const network = networkOf({ classCount: 1 });
    let last = Infinity;
    await trainOnSequences({
      ...{ network, stepCount: 300, learningRate: 0.02 },
      batchAt: (step) => {
        const random = createRandom(6, step);
        const inputs = Float32Array.from({ length: 16 * 4 }, () => random.between(-1, 1));
        const values = Float32Array.from(
          { length: 16 },
          (_, b) => inputs.subarray(4 * b, 4 * b + 4).reduce((a, x) => a + x, 0) / 4,
        );
        return {
          batch: { inputs, lengths: new Int32Array(16).fill(4), frameCount: 4 },
          targets: { loss: 'mean-squared-error', values },
        };
      },
      onStep: (_, loss) => (last = loss),
    });
    // The variance of such a mean, which is the error of saying nothing, is 1/12.
    expect(last).toBeLessThan(0.005);
  });

  it('says that it diverged, and leaves the network as it was before that step', async () => {
    const network = networkOf({ classCount: 1 });
    const inputs = Float32Array.of(NaN);
    const before = network.parameters.values.slice();
    const targets = { loss: 'mean-squared-error', values: Float32Array.of(1) } as const;
    const batch: TaskBatch = { batch: { inputs, lengths: Int32Array.of(1), frameCount: 1 }, targets };
    await expect(
      trainOnSequences({ network, stepCount: 1, learningRate: 0.1, batchAt: () => batch }),
    ).rejects.toMatchObject({ code: 'training-diverged' });
    expect(network.parameters.values).toEqual(before);
  });
});
