import { createStreamResampler } from '../../audio/resample.ts';
import { HEED_SAMPLE_RATE_HZ } from '../../audio/sound.ts';
import type { WavStream } from '../../audio/wav-stream.ts';
import type { CancelSignal } from '../../cancel.ts';
import { HeedError } from '../../errors.ts';
import { normaliseFrames } from '../../features/normaliser.ts';
import type { Model } from '../../model/model.ts';
import { OpenSetScorer } from '../../model/open-set.ts';
import { softmaxRows } from '../../nn/softmax.ts';
import { LiveRecogniser, type LiveRecogniserOptions } from '../../streaming/live-recogniser.ts';
import { createPosteriorSmoother } from '../../streaming/posterior-smoother.ts';
import type { PosteriorTrack } from '../../streaming/posterior-track.ts';
import { silencePosteriors } from '../../streaming/silence-posteriors.ts';
import type { StreamDetection } from '../../streaming/score-stream.ts';
import { WindowStream } from '../../streaming/window-stream.ts';
import { BatchBuffer } from '../../training/batch.ts';
import type { Compute } from '../../training/compute.ts';
import type { StageProgress } from '../../training/progress.ts';

/** So much sound is worked through at a time. */
const PIECE_SECONDS = 10;
/** Silence after the end, as `heed listen` adds it, so that a word that ends with the recording is heard as any other. */
const TAIL_SECONDS = 0.5;

/** How long a recording lasts, in milliseconds. */
export function durationMs({ sampleCount, sampleRateHz }: WavStream): number {
  return (1000 * sampleCount) / sampleRateHz;
}

/**
 * The posteriors of every window of a recording, many windows at a time on all cores.
 *
 * Windows, features and network are those of the {@link LiveRecogniser}; only the sums are done in another order and by
 * the bulk extractor, so that posteriors agree within 1e-4.
 *
 * @param stage  told of the seconds worked through
 * @throws {HeedError} cancelled; what reading the recording says
 */
export async function trackStream(
  recording: WavStream,
  model: Model,
  compute: Compute,
  stage: StageProgress,
  signal: CancelSignal,
): Promise<PosteriorTrack> {
  const { labels, decision, features, normaliser } = model;
  const { hiddenSize } = model.shape;
  const network = compute.backend.createNetwork(model.shape, model.parameters);
  const openSet = OpenSetScorer.of(model, compute.backend);
  const timesMs: number[] = [];
  const smoothed: Float32Array[] = [];
  let windowEnds: number[] = [];
  let quietWindows: boolean[] = [];
  const silence = silencePosteriors(labels);
  let buffer = new BatchBuffer(features, 0);
  const windows = new WindowStream(compute.createExtractor(features), decision.stepMs, {
    onWindow: (window, _end, timeMs, quiet) => {
      normaliseFrames(window, normaliser, buffer.example(windowEnds.length));
      windowEnds.push(timeMs);
      quietWindows.push(quiet);
    },
  });
  const perPiece = Math.ceil((1000 * PIECE_SECONDS) / windows.stepMs) + 1;
  buffer = new BatchBuffer(features, perPiece);
  const smoother = createPosteriorSmoother(labels.length, decision.smoothingMs, windows.stepMs);

  for await (const piece of soundAt16k(recording, stage, signal)) {
    windows.push(piece);
    if (windowEnds.length === 0) continue;
    const posteriors = Float32Array.from(await network.forwardAsync(buffer.batch(windowEnds.length)));
    softmaxRows(posteriors, labels.length, posteriors);
    const states = await openSet?.states.forwardAsync(buffer.batch(windowEnds.length));
    windowEnds.forEach((timeMs, i) => {
      timesMs.push(timeMs);
      const own = posteriors.subarray(i * labels.length, (i + 1) * labels.length);
      if (states) openSet!.adjust(states.subarray(i * hiddenSize, (i + 1) * hiddenSize), own);
      smoothed.push(smoother.push((quietWindows[i] && silence) || own).slice());
    });
    windowEnds = [];
    quietWindows = [];
  }
  return { timesMs, smoothed };
}

/** What the live path itself made of a recording, and what it cost. */
export interface LiveRun {
  readonly track: PosteriorTrack;
  readonly detections: readonly StreamDetection[];
  /** Processor time over the recording's duration: 0.05 is a twentieth of one core. */
  readonly cpuShare: number;
}

/**
 * Streams a recording through a live recogniser, window by window on one thread, as a microphone's sound goes.
 * @throws {HeedError} as trackStream
 */
export async function runLive(
  recording: WavStream,
  options: LiveRecogniserOptions,
  stage: StageProgress,
  signal: CancelSignal,
): Promise<LiveRun> {
  const timesMs: number[] = [];
  const smoothed: Float32Array[] = [];
  const detections: StreamDetection[] = [];
  const live = new LiveRecogniser(options, {
    onPosteriors: (_posteriors, averaged, timeMs) => {
      timesMs.push(timeMs);
      smoothed.push(averaged.slice());
    },
    onDetection: ({ timeMs, label }) => detections.push({ timeMs, label }),
  });
  let microseconds = 0;
  for await (const piece of soundAt16k(recording, stage, signal)) {
    const before = process.cpuUsage();
    live.push(piece);
    const { user, system } = process.cpuUsage(before);
    microseconds += user + system;
  }
  return { track: { timesMs, smoothed }, detections, cpuShare: microseconds / 1000 / durationMs(recording) };
}

/** The recording at 16 kHz, in pieces of at most {@link PIECE_SECONDS}, and silence after it. */
async function* soundAt16k(
  recording: WavStream,
  stage: StageProgress,
  signal: CancelSignal,
): AsyncGenerator<Float32Array> {
  const { sampleRateHz, sampleCount } = recording;
  const resampler = await createStreamResampler(sampleRateHz, HEED_SAMPLE_RATE_HZ);
  const secondsAt = (samples: number): number => Math.round(samples / sampleRateHz);
  let read = 0;
  for await (const piece of recording.pieces(PIECE_SECONDS * sampleRateHz)) {
    if (signal.aborted)
      throw new HeedError('cancelled', 'The work was stopped before it was done; nothing was changed.');
    yield resampler.push(piece);
    read += piece.length;
    stage.report(Math.min(secondsAt(sampleCount), secondsAt(read)));
  }
  yield resampler.flush();
  yield new Float32Array(TAIL_SECONDS * HEED_SAMPLE_RATE_HZ);
}
