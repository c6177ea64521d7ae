import type { CancelSignal } from '../../cancel.ts';
import { Adam, clipScale, gradientNorm } from '../../nn/adam.ts';
import type {
  Network,
  OptimiserState,
  SequenceBatch,
  StepResult,
  Targets,
  Trainer,
  TrainerSettings,
} from '../../nn/network.ts';
import type { FloatArray } from '../../nn/parameters.ts';
import type { FactoredWeights } from './factored-weights.ts';

/**
 * Trains the factors of a network whose matrices have low rank. The network computes with the product of the factors, and its
 * own trainer finds the gradient in that: with β₁ = 0 Adam's first moment is the gradient, and at the rate 0 nothing is
 * changed. The chain rule takes the gradient on to the factors, which have an Adam of their own.
 *
 * With `bits` 8 the network computes with the factors rounded, and what an update does is done to free ones (the
 * straight-through estimator, as in `ProjectedTrainer`).
 */
export class FactoredTrainer implements Trainer {
  readonly #network: Network;
  readonly #inner: Trainer;
  readonly #factored: FactoredWeights;
  readonly #bits: 8 | 32;
  readonly #clipNorm: number;
  readonly #adam: Adam;
  readonly #gradient: Float64Array;
  readonly #free: Float32Array;
  #kept: Float32Array;

  /**
   * @param network  gets the product of the factors at once
   * @param vector  of the factored weights, to begin with; copied
   * @param state  where a checkpoint continues
   * @throws {HeedError} as the network's own trainer does
   */
  constructor(
    network: Network,
    factored: FactoredWeights,
    vector: FloatArray,
    bits: 8 | 32,
    settings: TrainerSettings,
    state?: OptimiserState,
  ) {
    this.#network = network;
    this.#factored = factored;
    this.#bits = bits;
    this.#clipNorm = settings.clipNorm;
    this.#free = Float32Array.from(vector);
    this.#adam = new Adam(this.#free, settings, state);
    this.#gradient = new Float64Array(vector.length);
    // Its count of steps draws the dropout masks.
    const { values } = network.parameters;
    const zeros = (): FloatArray => values.slice().fill(0);
    const before = { step: this.#adam.step, firstMoment: zeros(), secondMoment: zeros() };
    this.#inner = network.createTrainer({ ...settings, beta1: 0, clipNorm: Number.POSITIVE_INFINITY }, before);
    this.#kept = this.#expand();
  }

  /** The factors and all else that is trained: what a checkpoint keeps, and a trainer that goes on begins with. */
  get freeWeights(): FloatArray {
    return this.#free;
  }

  /** The same as the network computes with it. */
  get keptWeights(): FloatArray {
    return this.#kept;
  }

  async step(
    batch: SequenceBatch,
    targets: Targets,
    learningRate: number,
    inputGradient?: FloatArray,
    signal?: CancelSignal,
  ): Promise<StepResult> {
    const result = await this.#inner.step(batch, targets, 0, inputGradient, signal);
    this.#factored.gradient(this.#kept, this.#inner.state().firstMoment, this.#gradient);
    const norm = gradientNorm(this.#gradient);
    this.#adam.update(this.#free, this.#gradient, clipScale(norm, this.#clipNorm), learningRate);
    this.#kept = this.#expand();
    return { ...result, gradientNorm: norm };
  }

  state(): OptimiserState {
    return this.#adam.state();
  }

  /** Gives the network what the factors make. @returns the factors that it was made of */
  #expand(): Float32Array {
    const kept = this.#bits === 8 ? this.#factored.rounded(this.#free) : this.#free;
    this.#network.parameters.values.set(this.#factored.expand(kept));
    this.#network.parametersChanged();
    return kept;
  }
}
