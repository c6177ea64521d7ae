import type { ComputeBackend, Network } from '../nn/network.ts';
import { UNKNOWN_LABEL, type Model } from './model.ts';
import { createStateNetwork } from './pooled-states.ts';
import { whiten, type StateStatistics } from './state-statistics.ts';
import type { WordStates } from './word-states.ts';

/** What is less likely than this is left as it is: it fires nowhere. */
const LEAST_POSTERIOR = 0.02;

/**
 * So far from a word's mean, for each number of a state, most of its own states lie: up to there nothing is doubted. Along the
 * axes of what was measured live; and by what models of before remember.
 */
const USUAL_DISTANCE = { live: 1.4, before: 1 };

/** A word, and where its states lie. */
interface Word {
  readonly label: number;
  /** `[H]`, the mean, whitened */
  readonly centre: Float64Array;
  /** `[H]`: what a squared difference counts, for each number of a state */
  readonly weights: Float64Array;
}

/**
 * Doubts words that do not sound as they did in training.
 *
 * A softmax tells which of its classes is nearest, not whether any is near: a foreign word, or a dog, can come out as "up"
 * for certain. The model remembers where the pooled states of each word lay in windows such as a listener's, as Gaussians. With
 * `d²` the squared Mahalanobis distance of a state from a word, whose expectation for that word is `H`, the word's posterior `p`
 * becomes
 *
 *     σ(ln(p / (1 − p)) − weight · max(0, d² / H − usual)),
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
  readonly #usual: number;
  /** `[H, H]`, the lower triangular Cholesky factor of the covariance */
  readonly #factor: Float64Array;
  readonly #size: number;
  /** `[H]`, the state, whitened */
  readonly #whitened: Float64Array;

  private constructor(model: Model, states: NonNullable<Model['states']>, weight: number, backend: ComputeBackend) {
    this.states = createStateNetwork(backend, model.shape, model.parameters.values);
    this.#weight = weight;
    this.#size = model.shape.hiddenSize;
    this.#whitened = new Float64Array(this.#size);
    this.#unknown = model.labels.indexOf(UNKNOWN_LABEL);
    const { words, usual } = states.words
      ? { words: states.words, usual: USUAL_DISTANCE.live }
      : { words: wordsOfGroups(states), usual: USUAL_DISTANCE.before };
    this.#usual = usual;
    this.#factor = Float64Array.from(words.covarianceFactor);
    this.#words = words.labels.flatMap((label, word) => {
      const index = model.labels.indexOf(label);
      if (index < 0) return [];
      const [from, to] = [word * this.#size, (word + 1) * this.#size];
      return [
        {
          label: index,
          centre: whiten(this.#factor, this.#size, words.means.subarray(from, to)),
          weights: Float64Array.from(words.variances.subarray(from, to), (variance) => 1 / (variance * this.#size)),
        },
      ];
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
    whiten(this.#factor, this.#size, state, this.#whitened);
    for (const { label, centre, weights } of this.#words) {
      const posterior = posteriors[label]!;
      if (posterior < LEAST_POSTERIOR) continue;
      let distance = 0;
      for (let i = 0; i < this.#size; i++) distance += weights[i]! * (this.#whitened[i]! - centre[i]!) ** 2;
      const doubt = Math.exp(this.#weight * Math.max(0, distance - this.#usual));
      const left = posterior / (posterior + (1 - posterior) * doubt);
      posteriors[label] = left;
      if (this.#unknown >= 0) posteriors[this.#unknown]! += posterior - left;
    }
  }
}

/** What a model of before remembers of its words: of each only a mean. */
function wordsOfGroups({ groups, means, covarianceFactor }: StateStatistics): WordStates {
  const size = means.length / groups.length;
  // Silence and what is unknown are many things: no one Gaussian holds them.
  const words = groups.flatMap(({ name, label }, g) => (name === label && !label.startsWith('_') ? [g] : []));
  const wordMeans = new Float32Array(words.length * size);
  words.forEach((g, w) => wordMeans.set(means.subarray(g * size, (g + 1) * size), w * size));
  return {
    labels: words.map((g) => groups[g]!.label),
    means: wordMeans,
    covarianceFactor,
    variances: new Float32Array(wordMeans.length).fill(1),
  };
}
