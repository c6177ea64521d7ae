import type { ComputeBackend, Network } from '../nn/network.ts';
import { UNKNOWN_LABEL, type Model } from './model.ts';
import { createStateNetwork } from './pooled-states.ts';

/** What is less likely than this is left as it is: it fires nowhere. */
const LEAST_POSTERIOR = 0.02;

/** A word, and the mean of its states, whitened. */
interface Word {
  readonly label: number;
  /** `[H]` */
  readonly centre: Float64Array;
}

/**
 * Doubts words that do not sound as they did in training.
 *
 * A softmax tells which of its classes is nearest, not whether any is near: a foreign word, or a dog, can come out as "up"
 * for certain. The model remembers where the pooled states of each word lay, as Gaussians of one covariance. With `d²` the
 * Mahalanobis distance of a state from a word's mean, whose expectation is `H`, the word's posterior `p` becomes
 *
 *     σ(ln(p / (1 − p)) − weight · max(0, d² / H − 1)),
 *
 * and what it loses goes to `_unknown_`, where the model has that label.
 *
 * @see Lee, Lee, Lee & Shin 2018, "A simple unified framework for detecting out-of-distribution samples", eq. 2
 */
export class OpenSetScorer {
  /** Answers with the pooled states that `adjust` judges by. */
  readonly states: Network;
  readonly #words: readonly Word[];
  readonly #unknown: number;
  readonly #weight: number;
  /** `[H, H]`, the lower triangular Cholesky factor of the covariance */
  readonly #factor: Float64Array;
  readonly #size: number;
  /** `[H]`, the state, whitened */
  readonly #whitened: Float64Array;

  private constructor(model: Model, states: NonNullable<Model['states']>, weight: number, backend: ComputeBackend) {
    this.states = createStateNetwork(backend, model.shape, model.parameters.values);
    this.#weight = weight;
    this.#size = model.shape.hiddenSize;
    this.#factor = Float64Array.from(states.covarianceFactor);
    this.#whitened = new Float64Array(this.#size);
    this.#unknown = model.labels.indexOf(UNKNOWN_LABEL);
    this.#words = states.groups.flatMap(({ name, label }, group) => {
      const index = model.labels.indexOf(label);
      // Silence and what is unknown are many things: no one Gaussian holds them.
      if (name !== label || index < 0 || label.startsWith('_')) return [];
      const mean = states.means.subarray(group * this.#size, (group + 1) * this.#size);
      return [{ label: index, centre: this.#whiten(mean, new Float64Array(this.#size)) }];
    });
  }

  /** The scorer of a model; undefined where it asks for none, or remembers no states. */
  static of(model: Model, backend: ComputeBackend): OpenSetScorer | undefined {
    const weight = model.decision.unfamiliarityWeight ?? 0;
    return weight > 0 && model.states ? new OpenSetScorer(model, model.states, weight, backend) : undefined;
  }

  /** Whether anything in these posteriors is likely enough to be doubted. @param posteriors `[labels]` */
  concerns(posteriors: ArrayLike<number>): boolean {
    return this.#words.some(({ label }) => posteriors[label]! >= LEAST_POSTERIOR);
  }

  /**
   * @param state  `[H]`, the pooled states of a window
   * @param posteriors  `[labels]` of the same window; changed in place
   */
  adjust(state: ArrayLike<number>, posteriors: Float32Array): void {
    this.#whiten(state, this.#whitened);
    for (const { label, centre } of this.#words) {
      const posterior = posteriors[label]!;
      if (posterior < LEAST_POSTERIOR) continue;
      let squared = 0;
      for (let i = 0; i < this.#size; i++) squared += (this.#whitened[i]! - centre[i]!) ** 2;
      const doubt = Math.exp(this.#weight * Math.max(0, squared / this.#size - 1));
      const left = posterior / (posterior + (1 - posterior) * doubt);
      posteriors[label] = left;
      if (this.#unknown >= 0) posteriors[this.#unknown]! += posterior - left;
    }
  }

  /** Solves `L·y = x` by forward substitution. @returns `out` */
  #whiten(x: ArrayLike<number>, out: Float64Array): Float64Array {
    for (let i = 0, row = 0; i < this.#size; i++, row += this.#size) {
      let sum = x[i]!;
      for (let j = 0; j < i; j++) sum -= this.#factor[row + j]! * out[j]!;
      out[i] = sum / this.#factor[row + i]!;
    }
    return out;
  }
}
