import { HEED_SAMPLE_RATE_HZ } from '../audio/sound.ts';
import { createRandom, type Random } from '../random.ts';
import type { AugmentSettings } from './augment/augment.ts';
import { planBackground, planNoise, type Background, type BackgroundPlan } from './background.ts';
import type { Clip } from './clip.ts';
import { amplitudeRatio } from './augment/gain.ts';

/**
 * What one training example is made of, in numbers: which window of which clip, varied how, over which background.
 *
 * Drawing it (here) and doing it (`renderExample`, or the native core) are apart, so that the same seed gives the same
 * example wherever it is made.
 */
export interface ExamplePlan {
  /** Index of the clip; −1 where nobody speaks and the background is all there is. */
  readonly clip: number;
  /** First sample of the window in the clip; may lie outside, where it is silent. */
  readonly start: number;
  readonly playbackRate: number;
  readonly tilt: number;
  readonly background: BackgroundPlan | undefined;
  /** Of clip to background. */
  readonly snrDb: number;
  /** 0 for none */
  readonly lowPassHz: number;
  readonly gainDb: number;
  readonly ditherSeed: number | undefined;
  /** Frames hidden from the network. */
  readonly maskStart: number;
  readonly maskLength: number;
}

/** What plans are drawn from. */
export interface PlanSource {
  readonly clips: readonly Clip[];
  /** For each clip, whether any window of it will do (`_unknown_`), or only the one with the word. */
  readonly anywhere: readonly boolean[];
  readonly background: Background;
  readonly augment: AugmentSettings;
  readonly seed: number;
}

const UNMASKED = { maskStart: 0, maskLength: 0 } as const;
const seedOf = (random: Random): number => random.integer(2 ** 32);

/**
 * A random variation of a clip.
 * @param index of the clip
 * @param anywhere take any window of a long clip, not only the one with its loudest moment: right for `_unknown_`
 * @param length samples of the window
 */
export function planClip(
  clip: Clip,
  index: number,
  anywhere: boolean,
  background: Background,
  settings: AugmentSettings,
  length: number,
  random: Random,
): ExamplePlan {
  const within = (range: readonly [number, number]): number => random.between(range[0], range[1]);
  const spare = clip.samples.length - length;
  const start = anywhere && spare > 0 ? random.integer(spare + 1) : clip.windowStart;
  return {
    clip: index,
    start: start + Math.round((within(settings.shiftMs) * HEED_SAMPLE_RATE_HZ) / 1000),
    playbackRate: within(settings.playbackRate),
    tilt: within(settings.tilt),
    background: random.next() < settings.backgroundProbability ? planBackground(background, length, random) : undefined,
    snrDb: within(settings.snrDb),
    lowPassHz: random.next() < settings.lowPassProbability ? within(settings.lowPassHz) : 0,
    gainDb: within(settings.gainDb),
    ditherSeed: random.next() < settings.ditherProbability ? seedOf(random) : undefined,
    ...UNMASKED,
  };
}

/**
 * A window in which nobody speaks: mostly background at a random gain, now and then the hiss of a quiet room, and digital
 * silence (a muted microphone), with and without dither. Without recordings there is no telling what loud background
 * sounds like here, so only the quiet kinds are made.
 */
export function planSilence(background: Background, length: number, random: Random): ExamplePlan {
  const kind = random.next();
  const hiss = kind < 0.3 || background.recordings.length === 0;
  const heard = hiss
    ? planNoise(amplitudeRatio(random.between(-90, -40)), random)
    : planBackground(background, length, random);
  return {
    ...{ clip: -1, start: 0, playbackRate: 1, tilt: 0, snrDb: 0, lowPassHz: 0, ...UNMASKED },
    background: kind < 0.1 ? undefined : heard,
    gainDb: hiss ? 0 : random.between(-40, 0),
    ditherSeed: random.next() < 0.5 ? seedOf(random) : undefined,
  };
}

/**
 * The plan of one example of a run. Each has random numbers of its own, named by seed, epoch and position: it does not
 * matter in which order examples are made, nor in which run.
 *
 * @param clip index of the clip; below 0: nobody speaks
 * @param windowFrames of the model's window; frames are hidden among them now and then (SpecAugment's time masking, Park
 *   et al. 2019, section 2; there are no frequencies to mask among cepstra)
 */
export function planExample(
  source: PlanSource,
  clip: number,
  epoch: number,
  position: number,
  length: number,
  windowFrames: number,
): ExamplePlan {
  const random = createRandom(source.seed, `example ${position} of epoch ${epoch}`);
  const { augment, background } = source;
  const plan =
    clip < 0
      ? planSilence(background, length, random)
      : planClip(source.clips[clip]!, clip, source.anywhere[clip]!, background, augment, length, random);
  if (random.next() >= augment.timeMaskProbability) return plan;
  const maskLength = random.integer(Math.min(augment.timeMaskFrames, windowFrames) + 1);
  return { ...plan, maskLength, maskStart: random.integer(windowFrames - maskLength + 1) };
}
