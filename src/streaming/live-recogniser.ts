import { HeedError } from '../errors.ts';
import type { FrameExtractor } from '../features/frame-extractor.ts';
import { windowLength } from '../features/settings.ts';
import type { DecisionSettings } from '../model/model.ts';
import { Decider } from './decider.ts';
import { createPosteriorSmoother, type PosteriorSmoother } from './posterior-smoother.ts';
import { SampleHistory } from './sample-history.ts';
import { silencePosteriors } from './silence-posteriors.ts';
import { WindowStream } from './window-stream.ts';

/** What a stream needs of a model; a ClipRecogniser is one, so that stream and clip take the very same path to posteriors. */
export interface WindowClassifier {
  /** `[classes]` posteriors of one window of raw MFCCs, `[windowFrames, coefficients]`; strange words are doubted. */
  openSetPosteriorsOfFrames(mfcc: Float32Array): Float32Array;
}

export interface LiveRecogniserOptions {
  readonly classifier: WindowClassifier;
  readonly extractor: FrameExtractor;
  readonly labels: readonly string[];
  readonly decision: DecisionSettings;
}

/** A word that was heard. */
export interface LiveDetection {
  /** When it was decided: the end of the window that decided it, milliseconds since the stream began. */
  readonly timeMs: number;
  readonly label: string;
  /** The smoothed posterior with which it fired. */
  readonly score: number;
  /** A copy of the window that decided it, 16 kHz. */
  readonly samples: Float32Array;
}

/** Hears what a live recogniser makes of the sound. Arrays are views: copy what is kept. */
export interface LiveListeners {
  /** Each frame as it is complete: raw MFCCs and ln(1 + mel power); `timeMs` is its end. */
  readonly onFrame?: (mfcc: Float32Array, logMel: Float32Array, timeMs: number) => void;
  /** Each window as it is classified: its posteriors and their smoothed form, `[labels]` both. */
  readonly onPosteriors?: (posteriors: Float32Array, smoothed: Float32Array, timeMs: number) => void;
  readonly onDetection?: (detection: LiveDetection) => void;
}

/**
 * Audio in, decisions out: the one listener behind the microphone, `listen` and the tests.
 *
 * Sound at 16 kHz arrives in chunks of any size. Frames are made as their samples arrive; every `stepMs` the newest
 * `windowFrames` of them are classified exactly as a clip would be (see {@link WindowStream}; the window that starts with
 * the stream is the one in which `recognize` hears the same samples), unless nothing in them is loud enough for a voice; posteriors are averaged over `smoothingMs`; a
 * Decider turns them into detections.
 *
 * How sound is cut into chunks changes nothing: the same samples give the same posteriors, bit for bit. Memory is fixed,
 * however long the stream.
 */
export class LiveRecogniser {
  readonly #classifier: WindowClassifier;
  readonly #labels: readonly string[];
  readonly #listeners: LiveListeners;
  readonly #windows: WindowStream;
  readonly #history: SampleHistory;
  readonly #smoother: PosteriorSmoother;
  readonly #decider: Decider;
  readonly #windowLength: number;
  readonly #silence: Float32Array | undefined;
  /** The chunk being worked through, and where in the stream it began. */
  #chunk: Float32Array = new Float32Array(0);
  #chunkStart = 0;

  /** @throws {HeedError} shape-mismatch where labels and thresholds differ in number */
  constructor(options: LiveRecogniserOptions, listeners: LiveListeners) {
    const { classifier, extractor, labels, decision } = options;
    if (labels.length !== decision.thresholds.length)
      throw new HeedError(
        'shape-mismatch',
        `The model has ${labels.length} labels, but ${decision.thresholds.length} thresholds.`,
      );
    this.#classifier = classifier;
    this.#labels = labels;
    this.#listeners = listeners;
    this.#windowLength = windowLength(extractor.settings);
    this.#windows = new WindowStream(extractor, decision.stepMs, {
      onFrame: (mfcc, logMel, end, timeMs) => {
        this.#remember(end);
        this.#listeners.onFrame?.(mfcc, logMel, timeMs);
      },
      onWindow: (window, end, timeMs, quiet) => this.#classify(window, end, timeMs, quiet),
    });
    this.#history = new SampleHistory(this.#windowLength);
    this.#silence = silencePosteriors(labels);
    this.#smoother = createPosteriorSmoother(labels.length, decision.smoothingMs, this.stepMs);
    this.#decider = new Decider(decision);
  }

  /** How often a window is classified: the model's step, to the nearest whole number of hops. */
  get stepMs(): number {
    return this.#windows.stepMs;
  }

  /**
   * Takes the next samples, 16 kHz, ±1; what they complete is told to the listeners before this returns.
   * @throws {HeedError} sound-invalid where a sample is not finite: none of the chunk is taken, and the stream goes on
   */
  push(samples: Float32Array): void {
    this.#chunk = samples;
    this.#chunkStart = this.#history.end;
    this.#windows.push(samples);
    this.#remember(this.#chunkStart + samples.length);
  }

  /** Changes a label's threshold from the next window on. */
  setThreshold(labelIndex: number, threshold: number): void {
    this.#decider.setThreshold(labelIndex, threshold);
  }

  /** Begins a new stream: nothing heard, time zero. Thresholds stay as they were set. */
  reset(): void {
    this.#windows.reset();
    this.#history.reset();
    this.#smoother.reset();
    this.#decider.reset();
  }

  /** Takes the chunk into the history up to this place in the stream, so that it never runs ahead of the frames. */
  #remember(end: number): void {
    this.#history.push(this.#chunk.subarray(this.#history.end - this.#chunkStart, end - this.#chunkStart));
  }

  #classify(window: Float32Array, end: number, timeMs: number, quiet: boolean): void {
    const posteriors = (quiet && this.#silence) || this.#classifier.openSetPosteriorsOfFrames(window);
    const smoothed = this.#smoother.push(posteriors);
    this.#listeners.onPosteriors?.(posteriors, smoothed, timeMs);
    const decision = this.#decider.decide(smoothed, timeMs);
    if (!decision) return;
    this.#listeners.onDetection?.({
      timeMs,
      label: this.#labels[decision.labelIndex]!,
      score: decision.score,
      samples: this.#history.copy(end, this.#windowLength),
    });
  }
}
