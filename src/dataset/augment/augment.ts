import { HEED_SAMPLE_RATE_HZ } from '../../audio/sound.ts';
import type { Random } from '../../random.ts';
import { cutBackground, type Background } from '../background.ts';
import type { Clip } from '../clip.ts';
import { cutWindow } from './cut-window.ts';
import { addDither } from './dither.ts';
import { applyGain } from './gain.ts';
import { lowPass, tiltSpectrum } from './low-pass.ts';
import { mixBackground } from './mix-background.ts';

/** How far training strays from the recordings. Pairs are the ends of a range that is drawn from evenly. */
export interface AugmentSettings {
  readonly shiftMs: readonly [number, number];
  readonly playbackRate: readonly [number, number];
  readonly gainDb: readonly [number, number];
  readonly tilt: readonly [number, number];
  readonly lowPassProbability: number;
  readonly lowPassHz: readonly [number, number];
  readonly backgroundProbability: number;
  readonly snrDb: readonly [number, number];
  readonly ditherProbability: number;
  readonly timeMaskProbability: number;
  readonly timeMaskFrames: number;
}

export const DEFAULT_AUGMENT_SETTINGS: AugmentSettings = Object.freeze({
  shiftMs: [-100, 100],
  playbackRate: [0.9, 1.1], // voices between a child's and a bass's, slow and fast
  gainDb: [-15, 6],
  tilt: [-0.3, 0.3], // ±5 dB between bass and treble
  lowPassProbability: 0.2,
  lowPassHz: [2500, 7000], // hides what tells a codec, or a rebuilt take, from a recording
  backgroundProbability: 0.8,
  snrDb: [5, 30],
  ditherProbability: 0.5,
  timeMaskProbability: 0.5,
  timeMaskFrames: 15, // shorter than any vowel that tells two words apart
} as const);

/**
 * One variation of a clip, in the audio domain.
 *
 * @param anywhere  take any window of a long clip, not only the one with its loudest moment: right for `_unknown_`
 * @param noise  `[window]`, scratch
 * @param out  `[window]`, the result, full scale ±1
 */
export function augmentClip(
  clip: Clip,
  anywhere: boolean,
  background: Background,
  settings: AugmentSettings,
  random: Random,
  noise: Float32Array,
  out: Float32Array,
): void {
  const within = (range: readonly [number, number]): number => random.between(range[0], range[1]);
  const spare = clip.samples.length - out.length;
  const start = anywhere && spare > 0 ? random.integer(spare + 1) : clip.windowStart;
  const shift = Math.round((within(settings.shiftMs) * HEED_SAMPLE_RATE_HZ) / 1000);
  cutWindow(clip.samples, start + shift, within(settings.playbackRate), out);
  tiltSpectrum(out, within(settings.tilt));
  if (random.next() < settings.backgroundProbability) {
    cutBackground(background, random, noise);
    mixBackground(out, noise, within(settings.snrDb));
  }
  // After the background: a muffled microphone muffles both.
  if (random.next() < settings.lowPassProbability) lowPass(out, within(settings.lowPassHz));
  applyGain(out, within(settings.gainDb));
  if (random.next() < settings.ditherProbability) addDither(out, random);
}
