import { createRandom } from '../../random.ts';

/**
 * Adds triangular noise of one 16-bit step, in place: the two halves of a random number, one minus the other. Codecs
 * leave exact zeros and coded noise where speech pauses; dither now and then keeps a network from learning those in
 * place of the words.
 */
export function addDither(samples: Float32Array, seed: number): void {
  const random = createRandom(seed, 'dither');
  for (let i = 0; i < samples.length; i++) {
    const bits = random.next() * 2 ** 32;
    samples[i]! += ((bits & 0xffff) - (bits >>> 16)) / 65_536 / 32_768;
  }
}
