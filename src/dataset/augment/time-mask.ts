import type { Random } from '../../random.ts';

/**
 * Hides a random run of at most `maxFrames` frames, in place: normalised features become 0, their mean.
 * @param frames  `[T, K]` normalised features, K = `coefficients`
 * @see Park et al. 2019, SpecAugment, section 2 (time masking; there are no frequencies to mask among cepstra)
 */
export function maskTime(frames: Float32Array, coefficients: number, maxFrames: number, random: Random): void {
  const frameCount = frames.length / coefficients;
  const length = random.integer(Math.min(maxFrames, frameCount) + 1);
  const start = random.integer(frameCount - length + 1);
  frames.fill(0, start * coefficients, (start + length) * coefficients);
}
