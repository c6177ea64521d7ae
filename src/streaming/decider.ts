import type { DecisionSettings } from '../model/model.ts';

/** The label that fired, as its place in the model's labels, and the smoothed posterior with which it did. */
export interface Decision {
  readonly labelIndex: number;
  readonly score: number;
}

/** A label that fired must fall below this share of its threshold before it fires again (a Schmitt trigger). */
const REARM_SHARE = 0.75;

/**
 * Turns smoothed posteriors into decisions.
 *
 * Of the labels at or above their thresholds the likeliest fires, unless something fired less than `refractoryMs` ago or
 * the same label has not let go since it last fired. The window slides over a word for about a second, so a
 * refractory time alone would let a long word fire twice; and a word that is still in the window keeps weaker labels
 * from firing beside it.
 */
export class Decider {
  readonly #refractoryMs: number;
  readonly #thresholds: number[];
  readonly #armed: boolean[];
  #lastFiredMs = Number.NEGATIVE_INFINITY;

  constructor(settings: DecisionSettings) {
    this.#refractoryMs = settings.refractoryMs;
    this.#thresholds = [...settings.thresholds];
    this.#armed = this.#thresholds.map(() => true);
  }

  /** Changes the threshold of one label from the next decision on. */
  setThreshold(labelIndex: number, threshold: number): void {
    this.#thresholds[labelIndex] = threshold;
  }

  /**
   * Judges one set of posteriors; to be called in order of time.
   * @param smoothed  `[labels]`, 0…1
   * @param timeMs  when the sound behind them ended
   */
  decide(smoothed: ArrayLike<number>, timeMs: number): Decision | undefined {
    let best = -1;
    for (let label = 0; label < this.#thresholds.length; label++) {
      const threshold = this.#thresholds[label]!;
      const posterior = smoothed[label]!;
      if (posterior < threshold * REARM_SHARE) this.#armed[label] = true;
      // A threshold of zero must not let a label fire that nothing speaks for.
      if (posterior >= threshold && posterior > 0 && (best < 0 || posterior > smoothed[best]!)) best = label;
    }
    if (best < 0 || !this.#armed[best] || timeMs - this.#lastFiredMs < this.#refractoryMs) return undefined;
    this.#armed[best] = false;
    this.#lastFiredMs = timeMs;
    return { labelIndex: best, score: smoothed[best]! };
  }

  /** Forgets what fired. */
  reset(): void {
    this.#armed.fill(true);
    this.#lastFiredMs = Number.NEGATIVE_INFINITY;
  }
}
