/**
 * The newest frames of a stream as one contiguous `[frames, coefficients]` block.
 *
 * The store is twice the window: frames are appended until it is full, and only then is the window moved to its start.
 * A frame is thus copied twice in its life, and memory is fixed.
 */
export class FrameWindow {
  readonly #store: Float32Array;
  readonly #frames: number;
  readonly #coefficients: number;
  #count = 0;

  constructor(frames: number, coefficients: number) {
    this.#frames = frames;
    this.#coefficients = coefficients;
    this.#store = new Float32Array(2 * frames * coefficients);
  }

  /** Whether a whole window of frames is there. */
  get full(): boolean {
    return this.#count >= this.#frames;
  }

  /** Appends one frame, `[coefficients]`; it is copied. */
  push(frame: Float32Array): void {
    if (this.#count === 2 * this.#frames) {
      this.#store.copyWithin(0, (this.#frames + 1) * this.#coefficients);
      this.#count = this.#frames - 1;
    }
    this.#store.set(frame, this.#count * this.#coefficients);
    this.#count++;
  }

  /** The newest window, `[frames, coefficients]`: a view, valid until the next push. Only where `full`. */
  newest(): Float32Array {
    return this.#store.subarray((this.#count - this.#frames) * this.#coefficients, this.#count * this.#coefficients);
  }

  reset(): void {
    this.#count = 0;
  }
}
