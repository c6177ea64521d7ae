/**
 * Notices a microphone that delivers nothing but zeros: muted in hardware, or refused by the system without a word.
 * A real microphone in a silent room still has noise.
 */
export class SilenceWatch {
  readonly #samplesNeeded: number;
  #zeros = 0;
  #silent = false;

  /** @param afterMs  how long the sound must be all zeros */
  constructor(sampleRateHz: number, afterMs = 2000) {
    this.#samplesNeeded = Math.round((sampleRateHz * afterMs) / 1000);
  }

  get silent(): boolean {
    return this.#silent;
  }

  /** Takes the next samples; true where `silent` changed. */
  push(samples: Float32Array): boolean {
    let trailingZeros = 0;
    while (trailingZeros < samples.length && samples[samples.length - 1 - trailingZeros] === 0) trailingZeros++;
    this.#zeros = trailingZeros === samples.length ? this.#zeros + trailingZeros : trailingZeros;
    const before = this.#silent;
    this.#silent = this.#zeros >= this.#samplesNeeded;
    return this.#silent !== before;
  }
}
