import { HeedError } from '../errors.ts';
import { createRandom } from '../random.ts';
import type { TrainerSettings } from './network.ts';
import type { FloatArray } from './parameters.ts';

/** Deviation of the vectors before training: small, so that the first states are led by biases and not by chance. */
const INITIAL_DEVIATION = 0.1;

/** A vector for each token of a vocabulary: what a network sees in place of words. */
export interface Embedding {
  readonly vocabularySize: number;
  /** Numbers in a vector; the network's inputs per frame. */
  readonly size: number;
  /** `[vocabularySize, size]` */
  readonly values: FloatArray;
}

/** Vectors to start training from, normal. The same sizes and seed give the same bits. */
export function initialiseEmbedding(
  vocabularySize: number,
  size: number,
  seed: number,
  precision: 'float32' | 'float64' = 'float32',
): Embedding {
  const random = createRandom(seed, 'initialise embedding');
  const count = vocabularySize * size;
  const values = precision === 'float32' ? new Float32Array(count) : new Float64Array(count);
  for (let i = 0; i < count; i++) values[i] = INITIAL_DEVIATION * random.normal();
  return { vocabularySize, size, values };
}

/**
 * The vectors of some tokens, one behind the other.
 * @param tokens `[n]`; what is negative is padding, and becomes zeros
 * @param out `[n, size]`, overwritten
 * @throws {HeedError} shape-mismatch for a token beyond the vocabulary, or room of another size
 */
export function embed(embedding: Embedding, tokens: Int32Array, out: FloatArray): void {
  const { size, values, vocabularySize } = embedding;
  if (out.length !== tokens.length * size)
    throw new HeedError(
      'shape-mismatch',
      `${tokens.length} tokens become ${tokens.length * size} numbers, but there is room for ${out.length}.`,
    );
  tokens.forEach((token, at) => {
    if (token >= vocabularySize)
      throw new HeedError(
        'shape-mismatch',
        `Token ${token} is not among the ${vocabularySize} tokens of this embedding.`,
      );
    if (token < 0) out.fill(0, at * size, (at + 1) * size);
    else out.set(values.subarray(token * size, (token + 1) * size), at * size);
  });
}

/**
 * Learns an embedding from the gradient that a network's trainer hands back for its inputs: backpropagation through time
 * goes on through the table. Adam, of which only the vectors that a batch held move (as PyTorch's SparseAdam); the gradient is
 * clipped by its own norm.
 */
export class EmbeddingTrainer {
  private readonly embedding: Embedding;
  private readonly settings: Pick<TrainerSettings, 'beta1' | 'beta2' | 'epsilon' | 'clipNorm'>;
  private readonly firstMoment: Float64Array;
  private readonly secondMoment: Float64Array;
  private readonly gradient: Float64Array;
  private step = 0;

  constructor(embedding: Embedding, settings: Pick<TrainerSettings, 'beta1' | 'beta2' | 'epsilon' | 'clipNorm'>) {
    this.embedding = embedding;
    this.settings = settings;
    [this.firstMoment, this.secondMoment, this.gradient] = [0, 0, 0].map(
      () => new Float64Array(embedding.values.length),
    ) as [Float64Array, Float64Array, Float64Array];
  }

  /**
   * One update of the vectors of a batch's tokens.
   * @param tokens `[n]`, negative for padding
   * @param inputGradient `[n, size]`
   * @throws {HeedError} training-diverged where the gradient is not finite; the embedding is then as it was
   */
  update(tokens: Int32Array, inputGradient: FloatArray, learningRate: number): void {
    const { size, values } = this.embedding;
    const { beta1, beta2, epsilon, clipNorm } = this.settings;
    const { gradient, firstMoment, secondMoment } = this;
    const met = new Set<number>();
    tokens.forEach((token, at) => {
      if (token < 0) return;
      met.add(token);
      for (let i = 0; i < size; i++)
        gradient[token * size + i] = gradient[token * size + i]! + inputGradient[at * size + i]!;
    });
    let sum = 0;
    for (const token of met) for (let i = token * size; i < (token + 1) * size; i++) sum += gradient[i]! * gradient[i]!;
    const norm = Math.sqrt(sum);
    if (!Number.isFinite(norm)) {
      gradient.fill(0);
      throw new HeedError(
        'training-diverged',
        'The gradient of the embedding came to no number; the embedding is as it was before this step. A lower learning rate usually helps.',
      );
    }
    const scale = norm > clipNorm ? clipNorm / norm : 1;
    this.step++;
    const correction1 = 1 - beta1 ** this.step;
    const correction2 = 1 - beta2 ** this.step;
    for (const token of met)
      for (let i = token * size; i < (token + 1) * size; i++) {
        const g = gradient[i]! * scale;
        gradient[i] = 0;
        const m = (firstMoment[i] = beta1 * firstMoment[i]! + (1 - beta1) * g);
        const v = (secondMoment[i] = beta2 * secondMoment[i]! + (1 - beta2) * g * g);
        values[i] = values[i]! - (learningRate * (m / correction1)) / (Math.sqrt(v / correction2) + epsilon);
      }
  }
}
