import { rmsDbfs } from './level.ts';
import { HEED_SAMPLE_RATE_HZ } from './sound.ts';

/** When a take begins and ends. Times in milliseconds. */
export interface EndpointerSettings {
  /** A pause this long ends the take; a shorter one belongs to it, such as that between the words of "lamp on". */
  readonly pauseMs: number;
  /** What is loud for less than this is a click. */
  readonly shortestMs: number;
  /** Speech that goes on for this long is cut off. */
  readonly longestMs: number;
  /** So much of what was before and after is kept, where there is as much. */
  readonly paddingMs: number;
  /** More is kept on both sides until the take lasts this long, where there is as much: what a model hears at once. */
  readonly takeMs: number;
}

export const DEFAULT_ENDPOINTER: EndpointerSettings = {
  pauseMs: 400,
  shortestMs: 100,
  longestMs: 3000,
  paddingMs: 200,
  takeMs: 1010,
};

/** What ends a take: silence after speech, the caller (`held`), or its time (`timed`). */
export type TakeEnd =
  { readonly by: 'silence' } | { readonly by: 'caller' } | { readonly by: 'time'; readonly afterMs: number };

/** `idle`: not armed; `settling`: armed, and learning how loud the room is; `waiting` for speech; `speaking`. */
export type EndpointerPhase = 'idle' | 'settling' | 'waiting' | 'speaking';

/** One take, cut out of the stream. */
export interface EndedTake {
  /** 16 kHz */
  readonly samples: Float32Array;
  /** Speech had begun before the take could, or went on after it ended. */
  readonly cutOff: boolean;
}

const FRAME_LENGTH = HEED_SAMPLE_RATE_HZ / 100;
const FRAME_MS = 10;
/** Kept of what was heard before speech began. */
const BEFORE_MS = 600;
/** The room's level is the fifth part of the way up through so many of its newest frames. */
const ROOM_FRAMES = 100;
const ROOM_SHARE = 0.2;
/** Fewer frames than this say nothing about the room. */
const SETTLED_FRAMES = 20;
/** Nothing quieter than this is told apart: microphones that gate their noise give digital silence. */
const QUIETEST_ROOM_DB = -65;
/** Speech begins this far above the room, and at no less than so much, in 4 of 6 frames. */
const BEGIN_DB = 10;
const QUIETEST_SPEECH_DB = -52;
const BEGIN_FRAMES = 4;
const BEGIN_OF_FRAMES = 6;
/** It ends this near to the room, or this far below its own loudest frame. */
const END_DB = 6;
const END_BELOW_PEAK_DB = 30;
/** A soft beginning is this far above the room. */
const SOFT_DB = 4;

/**
 * Cuts takes out of a stream of sound: each begins when something is said and ends by itself at the end of speech.
 *
 * The level of frames of 10 ms is compared with that of the room, which is learned whenever nobody speaks. Memory is
 * bounded by the longest take.
 */
export class Endpointer {
  readonly #settings: EndpointerSettings;
  readonly #onTake: (take: EndedTake) => void;
  #end: TakeEnd = { by: 'silence' };
  #phase: EndpointerPhase = 'idle';
  /** What may become part of the take, by frame: sound and level. */
  #frames: Float32Array[] = [];
  #levels: number[] = [];
  #room: number[] = [];
  #partial = new Float32Array(FRAME_LENGTH);
  #filled = 0;
  /** Frames since the take was armed, for one that ends by time. */
  #armedFrames = 0;
  /** Where in `#frames` speech begins, and where it was last heard. */
  #start = 0;
  #lastLoud = 0;
  #peakDb = QUIETEST_ROOM_DB;
  #newestDb = QUIETEST_ROOM_DB;

  constructor(onTake: (take: EndedTake) => void, settings: EndpointerSettings = DEFAULT_ENDPOINTER) {
    this.#onTake = onTake;
    this.#settings = settings;
  }

  get phase(): EndpointerPhase {
    return this.#phase;
  }

  /** RMS of the newest frame, dBFS. */
  get levelDb(): number {
    return this.#newestDb;
  }

  /** How long the take under way has lasted, in milliseconds; 0 while there is none. */
  get elapsedMs(): number {
    if (this.#phase === 'idle') return 0;
    if (this.#end.by !== 'silence') return this.#armedFrames * FRAME_MS;
    return this.#phase === 'speaking' ? (this.#frames.length - this.#start) * FRAME_MS : 0;
  }

  /** Gets ready for the next take. What was heard since the last one may become its beginning. */
  arm(end: TakeEnd = { by: 'silence' }): void {
    this.#end = end;
    this.#armedFrames = 0;
    // What is held begins with the key, but for the moment that the hand is slower than the tongue.
    if (end.by !== 'silence') this.#keepNewest(end.by === 'caller' ? this.#settings.paddingMs : 0);
    this.#phase = end.by === 'silence' ? 'settling' : 'speaking';
    this.#settle();
  }

  /** Takes back `arm`; a take under way is dropped. */
  disarm(): void {
    this.#phase = 'idle';
    this.#keepNewest(0);
  }

  /** Ends the take under way now, as the caller wants; nothing happens where none has begun. */
  finish(): void {
    if (this.#phase !== 'speaking') return;
    if (this.#end.by === 'silence') this.#endTake(true);
    else this.#endWhole();
  }

  /** Takes the next samples, 16 kHz, in chunks of any size. A take that ends is told before this returns. */
  push(samples: Float32Array): void {
    for (let taken = 0; taken < samples.length;) {
      const count = Math.min(FRAME_LENGTH - this.#filled, samples.length - taken);
      this.#partial.set(samples.subarray(taken, taken + count), this.#filled);
      this.#filled += count;
      taken += count;
      if (this.#filled < FRAME_LENGTH) return;
      this.#filled = 0;
      this.#pushFrame(this.#partial);
      this.#partial = new Float32Array(FRAME_LENGTH);
    }
  }

  #pushFrame(frame: Float32Array): void {
    this.#newestDb = rmsDbfs(frame);
    this.#frames.push(frame);
    this.#levels.push(this.#newestDb);
    if (this.#phase !== 'idle') this.#armedFrames++;
    if (this.#phase === 'speaking') {
      this.#whileSpeaking();
      return;
    }
    this.#room.push(this.#newestDb);
    if (this.#room.length > ROOM_FRAMES) this.#room.shift();
    this.#settle();
    if (this.#phase === 'waiting') this.#whileWaiting();
    if ((this.#phase as EndpointerPhase) !== 'speaking') this.#keepNewest(BEFORE_MS);
  }

  #settle(): void {
    if (this.#phase === 'settling' && this.#room.length >= SETTLED_FRAMES) this.#phase = 'waiting';
  }

  #whileWaiting(): void {
    const border = Math.max(this.#roomDb() + BEGIN_DB, QUIETEST_SPEECH_DB);
    const from = Math.max(0, this.#levels.length - BEGIN_OF_FRAMES);
    const loud = this.#levels.slice(from).filter((level) => level >= border);
    if (loud.length < BEGIN_FRAMES) return;
    let start = from + this.#levels.slice(from).findIndex((level) => level >= border);
    while (start > 0 && this.#levels[start - 1]! > this.#roomDb() + SOFT_DB) start--;
    this.#phase = 'speaking';
    this.#start = start;
    this.#lastLoud = this.#levels.length - 1;
    this.#peakDb = Math.max(...loud);
    // What turned out to be speech is not the room.
    this.#room.splice(-Math.min(this.#room.length, this.#levels.length - start));
  }

  #whileSpeaking(): void {
    if (this.#end.by === 'time') {
      if (this.#armedFrames * FRAME_MS >= this.#end.afterMs) this.#endWhole();
      return;
    }
    if (this.#end.by === 'caller') {
      if (this.#armedFrames * FRAME_MS >= this.#settings.longestMs) this.#endWhole();
      return;
    }
    const { pauseMs, shortestMs, longestMs } = this.#settings;
    this.#peakDb = Math.max(this.#peakDb, this.#newestDb);
    const border = Math.max(this.#roomDb() + END_DB, this.#peakDb - END_BELOW_PEAK_DB);
    const newest = this.#levels.length - 1;
    if (this.#newestDb >= border) this.#lastLoud = newest;
    if ((newest - this.#start) * FRAME_MS >= longestMs) this.#endTake(true);
    else if ((newest - this.#lastLoud) * FRAME_MS >= pauseMs) {
      if ((this.#lastLoud + 1 - this.#start) * FRAME_MS >= shortestMs) this.#endTake(false);
      else this.#phase = 'waiting';
    }
  }

  #roomDb(): number {
    const sorted = [...this.#room].sort((a, b) => a - b);
    return Math.max(QUIETEST_ROOM_DB, sorted[Math.floor(ROOM_SHARE * sorted.length)] ?? QUIETEST_ROOM_DB);
  }

  /** Ends the take with padding around the speech. */
  #endTake(cutOffAtEnd: boolean): void {
    const { paddingMs, takeMs } = this.#settings;
    const available = this.#frames.length;
    const [start, end] = [this.#start, Math.min(available, this.#lastLoud + 1)];
    const padding = paddingMs / FRAME_MS;
    const missing = Math.max(2 * padding, Math.ceil(takeMs / FRAME_MS) - (end - start));
    const after = Math.min(available - end, Math.ceil(missing / 2));
    const before = Math.min(start, missing - after);
    this.#emit(this.#frames.slice(start - before, end + after), cutOffAtEnd || start === 0);
  }

  /** Ends the take with everything since it was armed. */
  #endWhole(): void {
    this.#emit(this.#frames, false);
  }

  #emit(frames: readonly Float32Array[], cutOff: boolean): void {
    const samples = new Float32Array(frames.length * FRAME_LENGTH);
    frames.forEach((frame, index) => samples.set(frame, index * FRAME_LENGTH));
    this.disarm();
    this.#onTake({ samples, cutOff });
  }

  #keepNewest(ms: number): void {
    const surplus = this.#frames.length - ms / FRAME_MS;
    if (surplus <= 0) return;
    this.#frames.splice(0, surplus);
    this.#levels.splice(0, surplus);
  }
}
