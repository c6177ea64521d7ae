import { HEED_SAMPLE_RATE_HZ } from '../audio/sound.ts';
import { createRandom, type Random } from '../random.ts';
import type { AugmentSettings } from './augment/augment.ts';
import { planBackground, planNoise, planNoiseEvent, type Background, type BackgroundPlan } from './background.ts';
import type { Clip } from './clip.ts';
import { clipCut, clipSpliced } from './epoch-draw.ts';
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
  /** Index of the clip that is heard beyond either end of this one; −1 for silence. */
  readonly neighbour: number;
  /** First sample of the window in the clip; may lie outside. */
  readonly start: number;
  /** Of the clip, or where there is none of the recorded background. */
  readonly playbackRate: number;
  /** Another clip that takes the place of this one in part of the window. */
  readonly splice: Splice | undefined;
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

/** A clip that is heard in another's place from a sample of the window on, or up to there. */
export interface Splice {
  readonly clip: number;
  /** First sample of the window in that clip; may lie outside. */
  readonly start: number;
  /** Where the one passes into the other, in samples of the window. */
  readonly at: number;
  readonly side: 'before' | 'after';
}

/** What plans are drawn from. */
export interface PlanSource {
  readonly clips: readonly Clip[];
  /** For each clip, which word it is of; a splice is of two words. Where it is not told, each is taken for a word of its own. */
  readonly words?: readonly string[];
  /** For each clip, whether any window of it will do (`_unknown_`), or only the one with the word. */
  readonly anywhere: readonly boolean[];
  readonly background: Background;
  readonly augment: AugmentSettings;
  readonly seed: number;
}

/** Chooses the first sample of the window in a clip. */
export type WindowChoice = (source: PlanSource, index: number, length: number, random: Random) => number;

/** A spoken word begins before and ends after what its energy tells: so much is kept free around it, where there is room. */
const WORD_MARGIN = 0.06 * HEED_SAMPLE_RATE_HZ;

/**
 * A window that holds the word: now and then anywhere in it, else where the clip has it, give or take a shift. Of a clip
 * that is longer than a window and may serve anywhere, any window.
 */
export const aroundWord: WindowChoice = (source, index, length, random) => {
  const { samples, windowStart, word } = source.clips[index]!;
  const { shiftMs, anyPlaceProbability } = source.augment;
  const spare = samples.length - length;
  if (source.anywhere[index]! && spare > 0) return random.integer(spare + 1);
  const earliest = word.end + WORD_MARGIN - length;
  const latest = word.start - WORD_MARGIN;
  if (random.next() < anyPlaceProbability && earliest < latest) return Math.round(random.between(earliest, latest));
  return windowStart + Math.round((random.between(shiftMs[0], shiftMs[1]) * HEED_SAMPLE_RATE_HZ) / 1000);
};

/** A window that ends within the first third of the word's energy, or begins within the last: the word cannot be told. */
export const cutThroughWord: WindowChoice = (source, index, length, random) => {
  const { word } = source.clips[index]!;
  return Math.round(
    random.next() < 0.5
      ? random.between(word.start, word.firstThird) - length
      : random.between(word.lastThird, word.end),
  );
};

const UNMASKED = { maskStart: 0, maskLength: 0 } as const;
const seedOf = (random: Random): number => random.integer(2 ** 32);

/**
 * A random variation of a clip.
 * @param index of the clip
 * @param windowAt chooses where the window begins
 * @param length samples of the window
 */
export function planClip(
  source: PlanSource,
  index: number,
  windowAt: WindowChoice,
  length: number,
  random: Random,
): ExamplePlan {
  const { background, augment: settings } = source;
  const within = (range: readonly [number, number]): number => random.between(range[0], range[1]);
  return {
    clip: index,
    start: windowAt(source, index, length, random),
    neighbour: random.next() < settings.neighbourProbability ? random.integer(source.clips.length) : -1,
    playbackRate: within(settings.playbackRate),
    splice: undefined,
    tilt: within(settings.tilt),
    background: random.next() < settings.backgroundProbability ? planBackground(background, length, random) : undefined,
    snrDb: within(settings.snrDb),
    lowPassHz: random.next() < settings.lowPassProbability ? within(settings.lowPassHz) : 0,
    gainDb: within(settings.gainDb),
    ditherSeed: random.next() < settings.ditherProbability ? seedOf(random) : undefined,
    ...UNMASKED,
  };
}

/** Tries to find a clip of another word, before a splice is given up. */
const SPLICE_TRIES = 20;

/**
 * A random variation of a word of which half is another's: the beginning of one and the end of the other, each cut somewhere in
 * the middle third of its energy. Undefined where there is no other word.
 *
 * A network that has only heard words and other words learns a border anywhere between; these lie close to the words, and are
 * none. (Now and then one is: the beginning of "on" and the end of "off". Among ten words about one in thirty.)
 */
export function planSplice(source: PlanSource, index: number, length: number, random: Random): ExamplePlan | undefined {
  const { clips, words } = source;
  const plan = planClip(source, index, aroundWord, length, random);
  const middleOf = (clip: number): number => {
    const { firstThird, lastThird } = clips[clip]!.word;
    return Math.round(random.between(firstThird, lastThird));
  };
  for (let tries = 0; tries < SPLICE_TRIES; tries++) {
    const clip = random.integer(clips.length);
    if (clip === index || (words && words[clip] === words[index])) continue;
    const [cut, otherCut] = [middleOf(index), middleOf(clip)];
    const middle = length / 2;
    const at = Math.round(middle + (cut - plan.start - middle) / plan.playbackRate);
    const side = random.next() < 0.5 ? 'before' : 'after';
    return { ...plan, splice: { clip, start: otherCut - cut + plan.start, at, side } };
  }
  return undefined;
}

/**
 * A window in which nobody speaks: mostly background at a random gain, now and then the hiss of a quiet room, and digital
 * silence (a muted microphone), with and without dither. Without recordings there is no telling what loud background
 * sounds like here, so only the quiet kinds are made.
 * @param noisePlaybackRate  recordings are played at a rate between 1 / this and this
 */
export function planSilence(
  background: Background,
  length: number,
  random: Random,
  noisePlaybackRate = 1,
): ExamplePlan {
  const kind = random.next();
  const hiss = kind < 0.3 || background.recordings.length === 0;
  const heard = hiss
    ? planNoise(amplitudeRatio(random.between(-90, -40)), random)
    : random.next() < 0.5
      ? planNoiseEvent(background, length, random)
      : planBackground(background, length, random);
  return {
    ...{ clip: -1, neighbour: -1, start: 0, splice: undefined, tilt: 0, snrDb: 0, lowPassHz: 0, ...UNMASKED },
    playbackRate: noisePlaybackRate ** random.between(-1, 1),
    background: kind < 0.1 ? undefined : heard,
    gainDb: hiss ? 0 : random.between(-40, 0),
    ditherSeed: random.next() < 0.5 ? seedOf(random) : undefined,
  };
}

/**
 * The plan of one example of a run. Each has random numbers of its own, named by seed, epoch and position: it does not
 * matter in which order examples are made, nor in which run.
 *
 * @param entry of an epoch's draw: the index of a clip, `cutOf` or `spliceOf` one, or MADE_SILENCE
 * @param windowFrames of the model's window; frames are hidden among them now and then (SpecAugment's time masking, Park
 *   et al. 2019, section 2; there are no frequencies to mask among cepstra)
 */
export function planExample(
  source: PlanSource,
  entry: number,
  epoch: number,
  position: number,
  length: number,
  windowFrames: number,
): ExamplePlan {
  const random = createRandom(source.seed, `example ${position} of epoch ${epoch}`);
  const { augment } = source;
  const plan = planEntry(source, entry, length, random);
  if (random.next() >= augment.timeMaskProbability) return plan;
  const maskLength = random.integer(Math.min(augment.timeMaskFrames, windowFrames) + 1);
  return { ...plan, maskLength, maskStart: random.integer(windowFrames - maskLength + 1) };
}

/** Before frames are hidden. A word that finds no other to be spliced with is cut off. */
function planEntry(source: PlanSource, entry: number, length: number, random: Random): ExamplePlan {
  if (entry >= 0) return planClip(source, entry, aroundWord, length, random);
  const spliced = clipSpliced(entry);
  const splice = spliced === undefined ? undefined : planSplice(source, spliced, length, random);
  if (splice) return splice;
  const cut = clipCut(entry) ?? spliced;
  if (cut !== undefined) return planClip(source, cut, cutThroughWord, length, random);
  return planSilence(source.background, length, random, source.augment.noisePlaybackRate);
}
