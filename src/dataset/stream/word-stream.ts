import { loudestWindowStart, peakDbfs, rmsDbfs, SILENCE_DBFS } from '../../audio/level.ts';
import { HEED_SAMPLE_RATE_HZ } from '../../audio/sound.ts';
import { createRandom, type Random } from '../../random.ts';
import { amplitudeRatio } from '../augment/gain.ts';
import type { Background } from '../background.ts';
import { BackgroundTrack } from './background-track.ts';

export interface WordStreamSettings {
  /** How far each word stands above the background, in dB. */
  readonly snrDb: number;
  /** From the beginning of a word to that of the next, on average. */
  readonly everySeconds: number;
  /** The stream ends after so many samples; Infinity: after the last word. */
  readonly length: number;
  readonly seed: number;
}

/** A piece of the stream that ends with a word. */
export interface SetWord {
  /** What follows the piece before: background, then the word in it. 16 kHz. */
  readonly samples: Float32Array;
  /** The word's loudest moment, in samples since the stream began. */
  readonly moment: number;
}

/** The level of words where the background is steady: that of speech on a telephone line (ITU-T P.56, −26 dBov). */
const WORD_DBFS = -26;
/** Without a background, words are louder or softer than that by up to this. */
const WORD_SPREAD_DB = 6;
/** A word's level is that of the loudest window of this length in it, the background's that of the same window. */
const LEVEL_WINDOW = HEED_SAMPLE_RATE_HZ / 2;
/** Its loudest moment is the middle of the loudest window of this length. */
const MOMENT_WINDOW = HEED_SAMPLE_RATE_HZ / 20;
const SEARCH_STEP = HEED_SAMPLE_RATE_HZ / 200;
/** In lulls of the background deeper than this, words do not follow it: they would not be heard. */
const LULL_DB = 12;
/** No word is made louder than this, whatever the background. */
const LARGEST_PEAK_DBFS = -1;
/** Shares of `everySeconds` between which the time to the next word lies. */
const SPREAD: readonly [number, number] = [0.6, 1.4];
const SHORTEST_GAP = HEED_SAMPLE_RATE_HZ / 5;
const EDGE_FADE = HEED_SAMPLE_RATE_HZ / 100;
/** Background after the last word where no length was asked for: long enough for a late detection. */
const TAIL_LENGTH = 1.5 * HEED_SAMPLE_RATE_HZ;

/**
 * Sets words into a background at random moments, never two at once, piece by piece.
 *
 * **Signal-to-noise ratio**: the RMS of the word's loudest half second against the RMS of the background in the very
 * same half second. The background keeps its level (`snrDb` below −26 dBFS, see {@link BackgroundTrack}) and the word is
 * scaled, so words sound louder where the background does. Two exceptions: in a lull more than 12 dB below the
 * background's own level the word stays where 12 dB would put it, and no word's peak exceeds −1 dBFS. Without a
 * background, a word's loudest half second lies at −26 ± 6 dBFS.
 *
 * The same seed and clips give the same stream.
 */
export class WordStream {
  readonly #settings: WordStreamSettings;
  readonly #track: BackgroundTrack;
  readonly #timing: Random;
  readonly #loudness: Random;
  #previousStart = 0;
  #end = 0;

  constructor(background: Background, settings: WordStreamSettings) {
    const { seed, snrDb } = settings;
    this.#settings = settings;
    this.#track = new BackgroundTrack(background, WORD_DBFS - snrDb, createRandom(seed, 'background of a stream'));
    this.#timing = createRandom(seed, 'moments of a stream');
    this.#loudness = createRandom(seed, 'loudness of a stream');
  }

  /** Samples made so far. */
  get end(): number {
    return this.#end;
  }

  /**
   * Sets the next word.
   * @param clip  at 16 kHz; not digital silence
   * @returns undefined where the stream would be longer than asked for: then it is to be ended
   */
  add(clip: Float32Array): SetWord | undefined {
    const interval = HEED_SAMPLE_RATE_HZ * this.#settings.everySeconds * this.#timing.between(...SPREAD);
    const start = Math.max(this.#end + SHORTEST_GAP, this.#previousStart + Math.round(interval));
    if (start + clip.length > this.#settings.length) return undefined;
    const gap = start - this.#end;
    const samples = this.#track.next(gap + clip.length);
    const gain = this.#gain(clip, samples.subarray(gap));
    for (let i = 0; i < clip.length; i++) {
      const edge = Math.min(1, (i + 1) / EDGE_FADE, (clip.length - i) / EDGE_FADE);
      samples[gap + i]! += gain * edge * clip[i]!;
    }
    this.#previousStart = start;
    this.#end += samples.length;
    return { samples, moment: start + loudestMoment(clip) };
  }

  /** The rest of the stream: background only. */
  finish(): Float32Array {
    const { length } = this.#settings;
    const rest = this.#track.next(Number.isFinite(length) ? length - this.#end : TAIL_LENGTH);
    this.#end += rest.length;
    return rest;
  }

  #gain(clip: Float32Array, background: Float32Array): number {
    const from = loudestWindowStart(clip, LEVEL_WINDOW, SEARCH_STEP);
    const wordDbfs = rmsDbfs(clip.subarray(from, from + LEVEL_WINDOW));
    const quietestDbfs = this.#track.levelDbfs - LULL_DB;
    const backgroundDbfs = Math.max(quietestDbfs, rmsDbfs(background.subarray(from, from + LEVEL_WINDOW)));
    const wantedDbfs = this.#track.audible
      ? backgroundDbfs + this.#settings.snrDb
      : WORD_DBFS + this.#loudness.between(-WORD_SPREAD_DB, WORD_SPREAD_DB);
    return amplitudeRatio(Math.min(wantedDbfs - wordDbfs, LARGEST_PEAK_DBFS - peakDbfs(clip)));
  }
}

/** The middle of the loudest 50 ms of a clip, in samples from its beginning. */
function loudestMoment(clip: Float32Array): number {
  const start = loudestWindowStart(clip, MOMENT_WINDOW, SEARCH_STEP);
  return start + Math.min(MOMENT_WINDOW, clip.length) / 2;
}

/** Whether a clip holds anything to be heard: digital silence has no level that could be set. */
export function isAudible(clip: Float32Array): boolean {
  return peakDbfs(clip) > SILENCE_DBFS;
}
