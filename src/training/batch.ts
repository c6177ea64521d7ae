import type { FeatureSettings } from '../features/settings.ts';
import type { SequenceBatch } from '../nn/network.ts';

/** Room for a batch of whole windows, filled anew for each batch. */
export class BatchBuffer {
  readonly #frameCount: number;
  readonly #exampleLength: number;
  readonly #inputs: Float32Array;
  readonly #lengths: Int32Array;

  /** @param size  the most examples it will hold */
  constructor(features: FeatureSettings, size: number) {
    this.#frameCount = features.windowFrames;
    this.#exampleLength = features.windowFrames * features.coefficients;
    this.#inputs = new Float32Array(size * this.#exampleLength);
    this.#lengths = new Int32Array(size).fill(features.windowFrames);
  }

  /** The place of one example, `[windowFrames, coefficients]`. */
  example(index: number): Float32Array {
    return this.#inputs.subarray(index * this.#exampleLength, (index + 1) * this.#exampleLength);
  }

  /** The first `count` examples as a batch; a view, valid until the buffer is filled again. */
  batch(count: number): SequenceBatch & { readonly inputs: Float32Array } {
    return {
      inputs: this.#inputs.subarray(0, count * this.#exampleLength),
      lengths: this.#lengths.subarray(0, count),
      frameCount: this.#frameCount,
    };
  }
}
