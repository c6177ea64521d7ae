import { createRandom } from '../../random.ts';

const STEP = 1 / 256 / 32_768;

/**
 * Adds triangular noise of one 16-bit step, in place: of each random number's four bytes, one minus another for each of
 * two samples. Codecs
 * leave exact zeros and coded noise where speech pauses; dither now and then keeps a network from learning those in
 * place of the words.
 */
export function addDither(samples: Float32Array, seed: number): void {
  const random = createRandom(seed, 'dither');
  for (let i = 0; i < samples.length; i += 2) {
    const bits = random.next() * 2 ** 32;
    samples[i]! += ((bits & 0xff) - ((bits >>> 8) & 0xff)) * STEP;
    if (i + 1 < samples.length) samples[i + 1]! += (((bits >>> 16) & 0xff) - (bits >>> 24)) * STEP;
  }
}
