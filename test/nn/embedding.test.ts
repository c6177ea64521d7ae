import { describe, expect, it } from 'vitest';
import { embed, EmbeddingTrainer, initialiseEmbedding, type Embedding } from '../../src/nn/embedding.ts';
import { initialiseParameters } from '../../src/nn/initialise.ts';
import { DEFAULT_TRAINER_SETTINGS, type NetworkShape } from '../../src/nn/network.ts';
import { createReferenceBackend } from '../../src/nn/reference-backend.ts';

const SETTINGS = { ...DEFAULT_TRAINER_SETTINGS, clipNorm: Infinity };
const SHAPE: NetworkShape = {
  ...{ inputSize: 3, hiddenSize: 4, layerCount: 1, classCount: 2 },
  ...{ cell: 'gru', pooling: 'mean' },
};
/** Two sequences of three tokens, the second one token shorter; token 4 occurs twice. */
const TOKENS = Int32Array.of(4, 1, 4, 2, 0, -1);
const LENGTHS = Int32Array.of(3, 2);
const TARGETS = { loss: 'cross-entropy', classes: Int32Array.of(1, 0) } as const;

function batchOf(embedding: Embedding) {
  const inputs = new Float64Array(TOKENS.length * embedding.size);
  embed(embedding, TOKENS, inputs);
  return { inputs, lengths: LENGTHS, frameCount: 3 };
}

describe('an embedding', () => {
  it('puts the vector of each token in its place, and zeros into padding', () => {
    const embedding = { vocabularySize: 2, size: 2, values: Float32Array.of(1, 2, 3, 4) };
    const out = new Float32Array(6).fill(9);
    embed(embedding, Int32Array.of(1, -1, 0), out);
    expect([...out]).toEqual([3, 4, 0, 0, 1, 2]);
  });

  it('refuses tokens that it lacks, and room of another size', () => {
    const embedding = initialiseEmbedding(3, 2, 1);
    expect(() => embed(embedding, Int32Array.of(3), new Float32Array(2))).toThrow(/Token 3/);
    expect(() => embed(embedding, Int32Array.of(0), new Float32Array(3))).toThrow(/room for 3/);
  });

  it('gets from BPTT the gradient that central differences of the loss in its vectors give', async () => {
    const embedding = initialiseEmbedding(5, 3, 2, 'float64');
    const network = createReferenceBackend().createNetwork(SHAPE, initialiseParameters(SHAPE, 3, 'float64'));
    const lossOf = async (): Promise<number> =>
      (await network.createTrainer(SETTINGS).step(batchOf(embedding), TARGETS, 0)).loss;
    const batch = batchOf(embedding);
    const inputGradient = new Float64Array(batch.inputs.length);
    await network.createTrainer(SETTINGS).step(batch, TARGETS, 0, inputGradient);
    const gradient = new Float64Array(embedding.values.length);
    TOKENS.forEach((token, at) => {
      for (let i = 0; i < 3 && token >= 0; i++)
        gradient[token * 3 + i] = gradient[token * 3 + i]! + inputGradient[at * 3 + i]!;
    });
    for (let i = 0; i < embedding.values.length; i++) {
      const value = embedding.values[i]!;
      const at = (shift: number): Promise<number> => {
        embedding.values[i] = value + shift;
        return lossOf();
      };
      const epsilon = 2e-3;
      const near = (await at(epsilon)) - (await at(-epsilon));
      const far = (await at(2 * epsilon)) - (await at(-2 * epsilon));
      embedding.values[i] = value;
      const difference = (8 * near - far) / (12 * epsilon);
      expect(Math.abs(gradient[i]! - difference)).toBeLessThan(1e-6 * Math.max(1e-5, Math.abs(difference)) + 1e-11);
    }
    expect(gradient.some((value) => value !== 0)).toBe(true);
  });

  it('takes Adam’s first step, of the length of the rate, against the sum over all places of a token, and leaves other vectors', () => {
    const embedding = initialiseEmbedding(5, 1, 1, 'float64');
    const before = embedding.values.slice();
    new EmbeddingTrainer(embedding, SETTINGS).update(TOKENS, Float64Array.of(3, -2, -1, 4, 0, 7), 0.1);
    const moved = embedding.values.map((value, token) => value - before[token]!);
    // Token 4 sums to 2, token 0 to nothing, token 3 is not in the batch; what stands in padding counts for none.
    [0, 0.1, -0.1, 0, -0.1].forEach((step, token) => expect(moved[token]).toBeCloseTo(step, 6));
  });

  it('stays as it was where its gradient is no number', () => {
    const embedding = initialiseEmbedding(5, 1, 1);
    const before = embedding.values.slice();
    const trainer = new EmbeddingTrainer(embedding, SETTINGS);
    expect(() => trainer.update(TOKENS, new Float64Array(6).fill(NaN), 0.1)).toThrow(/embedding is as it was/);
    expect(embedding.values).toEqual(before);
  });
});
