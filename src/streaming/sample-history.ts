/** The newest samples of a stream, addressed by their place in it. Memory is fixed. */
export class SampleHistory {
  readonly #ring: Float32Array;
  #end = 0;

  /** @param capacity  how many samples are remembered */
  constructor(capacity: number) {
    this.#ring = new Float32Array(capacity);
  }

  /** How many samples were pushed so far. */
  get end(): number {
    return this.#end;
  }

  push(samples: Float32Array): void {
    const kept = samples.length > this.#ring.length ? samples.subarray(samples.length - this.#ring.length) : samples;
    const start = (this.#end + samples.length - kept.length) % this.#ring.length;
    const untilWrap = Math.min(kept.length, this.#ring.length - start);
    this.#ring.set(kept.subarray(0, untilWrap), start);
    this.#ring.set(kept.subarray(untilWrap), 0);
    this.#end += samples.length;
  }

  /**
   * A copy of samples `[end − length, end)`. What lies before the stream began is zeros, as is what has been forgotten.
   */
  copy(end: number, length: number): Float32Array {
    const copied = new Float32Array(length);
    const first = Math.max(0, this.#end - this.#ring.length, end - length);
    for (let position = first; position < Math.min(end, this.#end); position++)
      copied[position - (end - length)] = this.#ring[position % this.#ring.length]!;
    return copied;
  }

  reset(): void {
    this.#end = 0;
  }
}
