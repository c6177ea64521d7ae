import { createRandom, indexedBits } from '../../random.ts';

const STEP = 1 / 256 / 32_768;

/**
 * Adds triangular noise of one 16-bit step, in place: of each random number's four bytes, one minus another for a sample of
 * the first half, and for one of the second. Codecs leave exact zeros and coded noise where speech pauses; dither now and
 * then keeps a network from learning those in place of the words.
 */
export function addDither(samples: Float32Array, seed: number): void {
  const key = createRandom(seed, 'dither').integer(2 ** 32);
  const half = Math.ceil(samples.length / 2);
  for (let i = 0; i < half; i++) {
    const bits = indexedBits(key, i);
    samples[i]! += ((bits & 0xff) - ((bits >>> 8) & 0xff)) * STEP;
    if (half + i < samples.length) samples[half + i]! += (((bits >>> 16) & 0xff) - (bits >>> 24)) * STEP;
  }
}
