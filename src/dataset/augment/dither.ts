import type { Random } from '../../random.ts';

/**
 * Adds triangular noise of one 16-bit step, in place. Codecs leave exact zeros and coded noise where speech pauses;
 * dither now and then keeps a network from learning those in place of the words.
 */
export function addDither(samples: Float32Array, random: Random): void {
  for (let i = 0; i < samples.length; i++) samples[i]! += (random.next() - random.next()) / 32_768;
}
