import { addDither } from './augment/dither.ts';
import { cutWindow } from './augment/cut-window.ts';
import { applyGain } from './augment/gain.ts';
import { lowPass, tiltSpectrum } from './augment/low-pass.ts';
import { mixBackground } from './augment/mix-background.ts';
import { renderBackground, type Background } from './background.ts';
import type { Clip } from './clip.ts';
import type { ExamplePlan } from './example-plan.ts';

/**
 * Makes the sound of a plan.
 *
 * @param clip the plan's clip; not used where nobody speaks
 * @param noise `[window]`, scratch
 * @param out `[window]`, the result, full scale ±1
 */
export function renderExample(
  plan: ExamplePlan,
  clip: Clip | undefined,
  background: Background,
  noise: Float32Array,
  out: Float32Array,
): void {
  if (clip) {
    cutWindow(clip.samples, plan.start, plan.playbackRate, out);
    tiltSpectrum(out, plan.tilt);
    if (plan.background) {
      renderBackground(plan.background, background, noise);
      mixBackground(out, noise, plan.snrDb);
    }
  } else if (plan.background) renderBackground(plan.background, background, out);
  else out.fill(0);
  // After the background: a muffled microphone muffles both.
  if (plan.lowPassHz > 0) lowPass(out, plan.lowPassHz);
  if (plan.gainDb !== 0) applyGain(out, plan.gainDb);
  if (plan.ditherSeed !== undefined) addDither(out, plan.ditherSeed);
}
