import { HEED_SAMPLE_RATE_HZ } from '../../audio/sound.ts';
import type { Random } from '../../random.ts';
import { addDither } from '../augment/dither.ts';
import { amplitudeRatio } from '../augment/gain.ts';
import type { Background } from '../background.ts';

/** How long one recording is heard before the next, in seconds. */
const STRETCH_SECONDS: readonly [number, number] = [10, 30];
const CROSSFADE_LENGTH = HEED_SAMPLE_RATE_HZ / 2;
/** Each stretch is louder or softer than the track by up to this. */
const LEVEL_SPREAD_DB = 6;

/** A part of a recording, being played. */
interface Stretch {
  readonly samples: Int16Array;
  /** To ±1, and to the stretch's level. */
  readonly gain: number;
  readonly length: number;
  /** The next sample of the recording. */
  position: number;
  readonly end: number;
}

/**
 * An endless background: recordings in random order, each from a random place on for ten to thirty seconds, joined by
 * crossfades of equal power lasting half a second.
 *
 * Every recording is brought to the track's level (RMS over the whole recording, give or take 6 dB by chance), so that
 * loud and soft recordings weigh alike, while what swells and dies down within a recording stays. Dither of one 16-bit
 * step lies beneath; without recordings, it is all there is.
 */
export class BackgroundTrack {
  readonly levelDbfs: number;
  readonly #recordings: readonly { readonly samples: Int16Array; readonly rms: number }[];
  readonly #random: Random;
  /** Recordings still to be heard before any is heard again. */
  #deck: number[] = [];
  #playing: Stretch | undefined;
  #next: Stretch | undefined;

  /** @param levelDbfs  RMS of the recordings, dB below full scale */
  constructor(background: Background, levelDbfs: number, random: Random) {
    this.levelDbfs = levelDbfs;
    this.#random = random;
    this.#recordings = background.recordings
      .map((samples) => ({ samples, rms: rootMeanSquare(samples) }))
      .filter(({ rms }) => rms > 0);
    if (this.#recordings.length === 0) return;
    this.#playing = this.#draw();
    this.#next = this.#draw();
  }

  /** Whether anything but dither is heard. */
  get audible(): boolean {
    return this.#playing !== undefined;
  }

  /** The next `length` samples, ±1 and more where it is very loud. */
  next(length: number): Float32Array {
    const out = new Float32Array(length);
    for (let i = 0; i < length && this.#playing && this.#next; i++)
      out[i] = this.#nextSample(this.#playing, this.#next);
    addDither(out, this.#random.integer(2 ** 32));
    return out;
  }

  #nextSample(playing: Stretch, next: Stretch): number {
    const fade = Math.min(CROSSFADE_LENGTH, playing.length >> 1, next.length >> 1);
    const left = playing.end - playing.position;
    let sample = 0;
    if (left > fade) return playing.samples[playing.position++]! * playing.gain;
    if (left > 0) {
      const phase = ((Math.PI / 2) * left) / (fade + 1);
      sample =
        Math.sin(phase) * playing.samples[playing.position++]! * playing.gain +
        Math.cos(phase) * next.samples[next.position++]! * next.gain;
    }
    if (left <= 1) {
      if (left < 1) sample = next.samples[next.position++]! * next.gain;
      this.#playing = next;
      this.#next = this.#draw();
    }
    return sample;
  }

  #draw(): Stretch {
    if (this.#deck.length === 0) {
      this.#deck = this.#recordings.map((_, index) => index);
      this.#random.shuffle(this.#deck);
    }
    const { samples, rms } = this.#recordings[this.#deck.pop()!]!;
    const wanted = Math.round(HEED_SAMPLE_RATE_HZ * this.#random.between(...STRETCH_SECONDS));
    const length = Math.min(samples.length, wanted);
    const position = this.#random.integer(samples.length - length + 1);
    const levelDb = this.levelDbfs + this.#random.between(-LEVEL_SPREAD_DB, LEVEL_SPREAD_DB);
    return { samples, gain: amplitudeRatio(levelDb) / rms, length, position, end: position + length };
  }
}

/** In 16-bit steps. */
function rootMeanSquare(samples: Int16Array): number {
  let sum = 0;
  for (let i = 0; i < samples.length; i++) sum += samples[i]! * samples[i]!;
  return samples.length > 0 ? Math.sqrt(sum / samples.length) : 0;
}
