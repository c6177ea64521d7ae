import { addDither } from './augment/dither.ts';
import { cutWindow } from './augment/cut-window.ts';
import { applyGain } from './augment/gain.ts';
import { lowPass, tiltSpectrum } from './augment/low-pass.ts';
import { mixBackground } from './augment/mix-background.ts';
import { spliceInto } from './augment/splice.ts';
import { renderBackground, type Background } from './background.ts';
import type { Clip } from './clip.ts';
import type { ExamplePlan } from './example-plan.ts';

/**
 * Makes the sound of a plan.
 *
 * @param clips the plan's clip and neighbour are among them
 * @param noise `[window]`, scratch
 * @param out `[window]`, the result, full scale ±1
 */
export function renderExample(
  plan: ExamplePlan,
  clips: readonly Clip[],
  background: Background,
  noise: Float32Array,
  out: Float32Array,
): void {
  const clip = clips[plan.clip];
  if (clip) {
    cutWindow(clip.samples, plan.start, plan.playbackRate, out, clips[plan.neighbour]?.samples);
    if (plan.splice) {
      cutWindow(clips[plan.splice.clip]!.samples, plan.splice.start, plan.playbackRate, noise);
      spliceInto(out, noise, plan.splice.at, plan.splice.side);
    }
    tiltSpectrum(out, plan.tilt);
    if (plan.background) {
      renderBackground(plan.background, background, noise);
      mixBackground(out, noise, plan.snrDb);
    }
  } else if (plan.background) renderBackground(plan.background, background, out, plan.playbackRate);
  else out.fill(0);
  // After the background: a muffled microphone muffles both.
  if (plan.lowPassHz > 0) lowPass(out, plan.lowPassHz);
  if (plan.gainDb !== 0) applyGain(out, plan.gainDb);
  if (plan.ditherSeed !== undefined) addDither(out, plan.ditherSeed);
}
