import { rootMeanSquare } from '../../audio/level.ts';

/** So long one passes into the other, in samples: 10 ms, shorter than a plosive. */
const CROSSFADE = 160;

/**
 * Puts `other` in the place of `samples` from the sample `at` on, or up to there, as loud as what it takes the place of, with a
 * crossfade around it; in place.
 *
 * @param other  as long as `samples`
 */
export function spliceInto(samples: Float32Array, other: Float32Array, at: number, side: 'before' | 'after'): void {
  const rms = rootMeanSquare(samples);
  const otherRms = rootMeanSquare(other);
  const gain = rms > 0 && otherRms > 0 ? rms / otherRms : 1;
  for (let i = 0; i < samples.length; i++) {
    const after = Math.max(0, Math.min(1, (i - at) / CROSSFADE + 0.5));
    const share = side === 'after' ? after : 1 - after;
    samples[i] = (1 - share) * samples[i]! + share * gain * other[i]!;
  }
}
