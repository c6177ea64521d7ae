import type { Random } from '../random.ts';
import { cutBackground, fillWithNoise, type Background } from './background.ts';
import { addDither } from './augment/dither.ts';
import { amplitudeRatio, applyGain } from './augment/gain.ts';

/**
 * Fills `out` with a window in which nobody speaks: mostly background at a random gain, now and then the hiss of a
 * quiet room, and digital silence (a muted microphone), with and without dither. Without recordings there is no telling
 * what loud background sounds like here, so only the quiet kinds are made.
 */
export function makeSilence(background: Background, random: Random, out: Float32Array): void {
  const kind = random.next();
  if (kind < 0.1) out.fill(0);
  else if (kind < 0.3 || background.recordings.length === 0)
    fillWithNoise(random, amplitudeRatio(random.between(-90, -40)), out);
  else {
    cutBackground(background, random, out);
    applyGain(out, random.between(-40, 0));
  }
  if (random.next() < 0.5) addDither(out, random);
}
