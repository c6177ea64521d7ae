import { HeedError } from '../errors.ts';
import type { FrameExtractor } from './frame-extractor.ts';

/**
 * Receives one frame. `mfcc` `[coefficients]` and `logMel` `[melBands]` are reused for the next frame: copy what is to
 * be kept. `frameIndex` counts from 0 and starts at sample frameIndex · hopLength.
 */
export type FrameListener = (mfcc: Float32Array, logMel: Float32Array, frameIndex: number) => void;

/**
 * Frames of a sound that arrives in chunks of any size. Each frame is computed once, as soon as its last sample is
 * there, and equals the offline frame at the same place to the bit. Memory is one frame, however long the stream.
 */
export class FrameStream {
  readonly #extractor: FrameExtractor;
  readonly #onFrame: FrameListener;
  /** The last samples that a later frame still needs, `[frameLength]`, of which `#filled` are there. */
  readonly #pending: Float32Array;
  readonly #mfcc: Float32Array;
  readonly #logMel: Float32Array;
  #filled = 0;
  #frameIndex = 0;

  constructor(extractor: FrameExtractor, onFrame: FrameListener) {
    const { frameLength, coefficients, melBands } = extractor.settings;
    this.#extractor = extractor;
    this.#onFrame = onFrame;
    this.#pending = new Float32Array(frameLength);
    this.#mfcc = new Float32Array(coefficients);
    this.#logMel = new Float32Array(melBands);
  }

  /** Frames completed so far, which is also the index of the next one. */
  get frameCount(): number {
    return this.#frameIndex;
  }

  /**
   * Takes the next samples and calls the listener for each frame they complete, in order.
   *
   * @param samples  at the extractor's rate, full scale ±1; not kept
   * @throws {HeedError} `sound-invalid` where a sample is not finite: the whole chunk is left out, and the stream goes on
   *   with the next one as though this one had not come
   */
  push(samples: Float32Array): void {
    const { frameLength, hopLength, scale } = this.#extractor.settings;
    refuseInvalid(samples, LARGEST_SCALED_SAMPLE / scale);
    for (let taken = 0; taken < samples.length;) {
      const count = Math.min(frameLength - this.#filled, samples.length - taken);
      this.#pending.set(samples.subarray(taken, taken + count), this.#filled);
      this.#filled += count;
      taken += count;
      if (this.#filled < frameLength) return;
      this.#extractor.extract(this.#pending, 0, this.#mfcc, 0, this.#logMel);
      this.#pending.copyWithin(0, hopLength);
      this.#filled -= hopLength;
      this.#onFrame(this.#mfcc, this.#logMel, this.#frameIndex++);
    }
  }

  /** Back to the state before the first sample. */
  reset(): void {
    this.#filled = 0;
    this.#frameIndex = 0;
  }
}

/**
 * Whatever stays below this cannot overflow float32 anywhere in a frame (of up to 4,096 samples), so that an extractor
 * never refuses a frame half-way through a chunk. No real sound comes near: full scale is 32,768.
 */
const LARGEST_SCALED_SAMPLE = 1e13;

function refuseInvalid(samples: Float32Array, largest: number): void {
  for (let i = 0; i < samples.length; i++)
    // Written so that NaN fails too.
    if (!(Math.abs(samples[i]!) <= largest))
      throw new HeedError(
        'sound-invalid',
        `Sample ${i} of a chunk of sound is ${samples[i]}; the chunk was left out, and listening goes on.`,
      );
}
