import { randomUUID } from 'node:crypto';
import { setImmediate } from 'node:timers/promises';
import { HeedError } from '../../errors.ts';
import { peakDbfs, rmsDbfs } from '../../audio/level.ts';
import type { StreamResampler } from '../../audio/resample.ts';
import { hopMs, windowLength } from '../../features/settings.ts';
import { LiveRecogniser, type LiveDetection } from '../../streaming/live-recogniser.ts';
import { SilenceWatch } from '../../streaming/silence-watch.ts';
import type { Listening } from '../contract/schemas.ts';
import type { EventHub } from './event-hub.ts';
import type { LoadedModel } from './model-library.ts';

/** A long chunk is worked through in pieces of this length, so that other calls are answered between them. */
const PIECE_MS = 100;

export interface ListeningSessionOptions {
  readonly loaded: LoadedModel;
  /** The rate of the sound that will be pushed. */
  readonly sampleRateHz: number;
  /** From that rate to 16 kHz. */
  readonly resampler: StreamResampler;
  /** `[labels]` */
  readonly thresholds: readonly number[];
  readonly events: EventHub;
  readonly onDetection: (session: ListeningSession, detection: LiveDetection) => void;
}

/** One stream of sound being listened to: from the device's rate to events. */
export class ListeningSession {
  readonly id = randomUUID();
  readonly #options: ListeningSessionOptions;
  readonly #recogniser: LiveRecogniser;
  readonly #silenceWatch: SilenceWatch;
  readonly #thresholds: number[];
  /** Log-mel frames of the piece being worked through. */
  #logMelFrames: Float32Array[] = [];
  #framesEndMs = 0;
  #samplesTaken = 0;
  /** Pushes are worked through one after the other, in the order of their calls. */
  #lastPush: Promise<unknown> = Promise.resolve();

  constructor(options: ListeningSessionOptions) {
    const { loaded, sampleRateHz, thresholds, events } = options;
    this.#options = options;
    this.#thresholds = [...thresholds];
    this.#silenceWatch = new SilenceWatch(sampleRateHz);
    this.#recogniser = new LiveRecogniser(
      {
        classifier: loaded.recogniser,
        extractor: loaded.extractor,
        labels: loaded.model.labels,
        decision: { ...loaded.model.decision, thresholds },
      },
      {
        onFrame: (_mfcc, logMel, timeMs) => {
          this.#logMelFrames.push(logMel.slice());
          this.#framesEndMs = timeMs;
        },
        onPosteriors: (posteriors, smoothed, timeMs) =>
          events.emit('listen.posteriors', {
            session: this.id,
            timeMs,
            posteriors: [...posteriors],
            smoothed: [...smoothed],
          }),
        onDetection: (detection) => options.onDetection(this, detection),
      },
    );
  }

  get modelId(): string {
    return this.#options.loaded.id;
  }

  /** What a caller must know to show this session. */
  describe(): Listening {
    const { model } = this.#options.loaded;
    return {
      session: this.id,
      modelId: this.modelId,
      labels: [...model.labels],
      thresholds: [...this.#thresholds],
      windowMs: (1000 * windowLength(model.features)) / model.features.sampleRateHz,
      stepMs: this.#recogniser.stepMs,
      hopMs: hopMs(model.features),
      melBands: model.features.melBands,
    };
  }

  /**
   * Takes the next sound, at the session's rate; resolves when it was worked through, with how much was heard so far.
   * @throws {HeedError} sound-invalid where a sample is not finite: this chunk is left out, and listening goes on
   */
  push(samples: Float32Array): Promise<number> {
    const push = this.#lastPush.then(() => this.#take(samples));
    this.#lastPush = push.catch(() => undefined);
    return push;
  }

  /** Changes a label's threshold from the next window on. */
  setThreshold(labelIndex: number, threshold: number): void {
    this.#thresholds[labelIndex] = threshold;
    this.#recogniser.setThreshold(labelIndex, threshold);
  }

  async #take(samples: Float32Array): Promise<number> {
    // Before the resampler, whose memory one such value would spoil for good.
    if (!samples.every(Number.isFinite))
      throw new HeedError(
        'sound-invalid',
        'A piece of the sound held values that are no numbers; it was left out, and listening goes on.',
      );
    const { sampleRateHz } = this.#options;
    const pieceLength = Math.ceil((sampleRateHz * PIECE_MS) / 1000);
    for (let start = 0; start < samples.length; start += pieceLength) {
      if (start > 0) await setImmediate();
      this.#takePiece(samples.subarray(start, start + pieceLength));
    }
    return (1000 * this.#samplesTaken) / sampleRateHz;
  }

  #takePiece(piece: Float32Array): void {
    const { resampler, events } = this.#options;
    this.#samplesTaken += piece.length;
    if (this.#silenceWatch.push(piece))
      events.emit('listen.silent', { session: this.id, silent: this.#silenceWatch.silent });
    this.#recogniser.push(resampler.push(piece));
    // With the frames, so that a window shows both in one repaint.
    events.emit('listen.level', { session: this.id, rmsDb: rmsDbfs(piece), peakDb: peakDbfs(piece) });
    this.#emitFrames();
  }

  #emitFrames(): void {
    const bands = this.#options.loaded.model.features.melBands;
    const frames = this.#logMelFrames;
    if (frames.length === 0) return;
    const logMel = new Float32Array(frames.length * bands);
    frames.forEach((frame, index) => logMel.set(frame, index * bands));
    this.#logMelFrames = [];
    this.#options.events.emit('listen.frames', { session: this.id, timeMs: this.#framesEndMs, bands, logMel });
  }
}
