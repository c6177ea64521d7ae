import type { FrameExtractor } from '../features/frame-extractor.ts';
import { FrameStream } from '../features/frame-stream.ts';
import { hopMs } from '../features/settings.ts';
import { FrameWindow } from './frame-window.ts';

/** Hears of frames and windows as they are complete. Arrays are views: copy what is kept. */
export interface WindowListeners {
  /** Each frame of the sound: raw MFCCs and ln(1 + mel power); `end` is its end in samples since the stream began. */
  readonly onFrame?: (mfcc: Float32Array, logMel: Float32Array, end: number, timeMs: number) => void;
  /**
   * Each window, once per step: raw MFCCs `[windowFrames, coefficients]`, and its end; `quiet` where none of its frames is
   * loud enough for a voice.
   */
  readonly onWindow: (window: Float32Array, end: number, timeMs: number, quiet: boolean) => void;
}

/**
 * ln(1 + mel power) below which no band of a frame holds a voice: white noise has it in its widest bands at about
 * −62 dBFS, a tone at −77 dBFS, far below the quietest speech that a microphone brings.
 */
export const QUIET_LOG_MEL = 14;

/**
 * Cuts a stream of sound into the windows that are classified: the newest `windowFrames` frames, every `stepMs`.
 *
 * **Before a whole window was heard**, what is missing in front counts as zeros, as for a clip padded in front. Windows
 * lie so that one of them starts with the stream. How sound is cut into chunks changes nothing.
 */
export class WindowStream {
  /** How often there is a window: the step asked for, to the nearest whole number of hops. */
  readonly stepMs: number;
  readonly #listeners: WindowListeners;
  readonly #frames: FrameStream;
  readonly #window: FrameWindow;
  readonly #sampleRateHz: number;
  readonly #hopLength: number;
  readonly #frameLength: number;
  readonly #stepFrames: number;
  /** Zeros fed in front of the stream: a whole number of hops, so that frames still start where the stream does. */
  readonly #leadFrames: number;
  /** Frames since one was loud enough for a voice. */
  #quietFrames = 0;

  constructor(extractor: FrameExtractor, stepMs: number, listeners: WindowListeners) {
    const { settings } = extractor;
    this.#listeners = listeners;
    this.#sampleRateHz = settings.sampleRateHz;
    this.#hopLength = settings.hopLength;
    this.#frameLength = settings.frameLength;
    this.#stepFrames = Math.max(1, Math.round(stepMs / hopMs(settings)));
    this.stepMs = this.#stepFrames * hopMs(settings);
    this.#leadFrames = settings.windowFrames - 1;
    this.#window = new FrameWindow(settings.windowFrames, settings.coefficients);
    this.#frames = new FrameStream(extractor, (mfcc, logMel, index) => this.#onFrame(mfcc, logMel, index));
    this.#feedLead();
  }

  /**
   * Takes the next samples; what they complete is told to the listeners before this returns.
   * @throws {HeedError} sound-invalid where a sample is not finite: none of the chunk is taken, and the stream goes on
   */
  push(samples: Float32Array): void {
    this.#frames.push(samples);
  }

  /** Begins a new stream: nothing heard, time zero. */
  reset(): void {
    this.#frames.reset();
    this.#window.reset();
    this.#quietFrames = 0;
    this.#feedLead();
  }

  #feedLead(): void {
    this.#frames.push(new Float32Array(this.#leadFrames * this.#hopLength));
  }

  #onFrame(mfcc: Float32Array, logMel: Float32Array, index: number): void {
    this.#window.push(mfcc);
    this.#quietFrames = logMel.every((band) => band < QUIET_LOG_MEL) ? this.#quietFrames + 1 : 0;
    const frame = index - this.#leadFrames;
    // Frames that begin before the stream serve the first windows only; nobody is told of them.
    if (frame < 0) return;
    const end = frame * this.#hopLength + this.#frameLength;
    const timeMs = (1000 * end) / this.#sampleRateHz;
    this.#listeners.onFrame?.(mfcc, logMel, end, timeMs);
    if (index % this.#stepFrames === (2 * this.#leadFrames) % this.#stepFrames)
      this.#listeners.onWindow(this.#window.newest(), end, timeMs, this.#quietFrames > this.#leadFrames);
  }
}
