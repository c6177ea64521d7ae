/**
 * The mean of the newest few posteriors.
 *
 * Posteriors from before the first window count as zeros: right after the start a single window weighs no more than it
 * does later, so one stray posterior never fires.
 */
export class PosteriorSmoother {
  /** `[windows, labels]`, a ring */
  readonly #ring: Float32Array;
  readonly #labels: number;
  readonly #windows: number;
  readonly #mean: Float32Array;
  #next = 0;

  /** @param windows  how many posteriors are averaged, at least one */
  constructor(labels: number, windows: number) {
    this.#labels = labels;
    this.#windows = windows;
    this.#ring = new Float32Array(labels * windows);
    this.#mean = new Float32Array(labels);
  }

  /** Takes `[labels]` posteriors and returns the mean with those before (a view, overwritten by the next call). */
  push(posteriors: ArrayLike<number>): Float32Array {
    const labels = this.#labels;
    for (let label = 0; label < labels; label++) this.#ring[this.#next * labels + label] = posteriors[label]!;
    this.#next = (this.#next + 1) % this.#windows;
    // Summed anew each time: a running sum would drift over hours.
    for (let label = 0; label < labels; label++) {
      let sum = 0;
      for (let window = 0; window < this.#windows; window++) sum += this.#ring[window * labels + label]!;
      this.#mean[label] = sum / this.#windows;
    }
    return this.#mean;
  }

  reset(): void {
    this.#ring.fill(0);
    this.#next = 0;
  }
}

/** A smoother over `smoothingMs`, for posteriors that come every `stepMs`. */
export function createPosteriorSmoother(labels: number, smoothingMs: number, stepMs: number): PosteriorSmoother {
  return new PosteriorSmoother(labels, Math.max(1, Math.round(smoothingMs / stepMs)));
}
