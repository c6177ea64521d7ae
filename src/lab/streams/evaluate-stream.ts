import { openWavStream, type WavStream } from '../../audio/wav-stream.ts';
import type { CancelSignal } from '../../cancel.ts';
import { openFile, readWholeFile } from '../../read-file.ts';
import {
  decide,
  sweepThresholds,
  wordLabels,
  type SweepPoint,
  type TrackedStream,
} from '../../streaming/posterior-track.ts';
import { scoreStreams, type StreamScore } from '../../streaming/score-stream.ts';
import { readStreamTruth } from '../../streaming/stream-truth.ts';
import type { LiveRecogniserOptions } from '../../streaming/live-recogniser.ts';
import type { Model } from '../../model/model.ts';
import type { Compute } from '../../training/compute.ts';
import { say, StageProgress, type ProgressListener, type WorkProgress } from '../../training/progress.ts';
import { durationMs, runLive, trackStream } from './track-stream.ts';

/** A recording and its truth file. */
export interface StreamFiles {
  readonly wav: string;
  readonly truth: string;
}

export interface EvaluateStreamSettings extends StreamFiles {
  readonly model: Model;
  /** Also how the stream is heard with one threshold for all words, for a range of thresholds. */
  readonly sweep: boolean;
  /** The live path itself, for `realCost`: classifier and extractor as they serve a microphone. */
  readonly live: Pick<LiveRecogniserOptions, 'classifier' | 'extractor'>;
  /** Goes window by window on one thread and measures the processor time. */
  readonly realCost: boolean;
}

/** How a model hears a stream; the same fields as the engine's call `evaluateStream` answers. */
export interface StreamEvaluation extends StreamScore {
  /** Processor time over the stream's duration, of one core; where it was asked for. */
  readonly cpuShare?: number;
  readonly sweep?: SweepPoint[];
}

/**
 * Streams a recording through the live recogniser and compares what it hears, with the model's own thresholds, with what
 * was said: see {@link scoreStreams} for the rule.
 * @throws {HeedError} dataset for a truth file that is not one, naming the line; wav-format, sound-invalid; file-missing,
 *   file-unreadable; cancelled
 */
export async function evaluateStream(
  settings: EvaluateStreamSettings,
  compute: Compute,
  onProgress: ProgressListener,
  signal: CancelSignal,
): Promise<StreamEvaluation> {
  const { model, realCost } = settings;
  const { labels, decision } = model;
  return withStream(settings, 'evaluate-stream', onProgress, async (recording, stage, stream) => {
    const live = realCost ? await runLive(recording, { ...settings.live, labels, decision }, stage, signal) : undefined;
    const track = live?.track ?? (await trackStream(recording, model, compute, stage, signal));
    const detections = live?.detections ?? decide(track, decision, labels);
    const evaluation: StreamEvaluation = scoreStreams([{ ...stream, detections }], wordLabels(labels, decision));
    return {
      ...evaluation,
      ...(live ? { cpuShare: live.cpuShare } : {}),
      ...(settings.sweep ? { sweep: sweepThresholds([{ ...stream, track }], decision, labels) } : {}),
    };
  });
}

/**
 * What a model makes of a recording, beside what was said in it.
 * @throws {HeedError} as evaluateStream
 */
export async function loadTrackedStream(
  files: StreamFiles,
  work: WorkProgress['work'],
  model: Model,
  compute: Compute,
  onProgress: ProgressListener,
  signal: CancelSignal,
): Promise<TrackedStream> {
  return withStream(files, work, onProgress, async (recording, stage, stream) => ({
    ...stream,
    track: await trackStream(recording, model, compute, stage, signal),
  }));
}

/** Opens a recording and reads its truth; the recording is closed when `use` ends. */
async function withStream<T>(
  { wav, truth }: StreamFiles,
  work: WorkProgress['work'],
  onProgress: ProgressListener,
  use: (recording: WavStream, stage: StageProgress, stream: Omit<TrackedStream, 'track'>) => Promise<T>,
): Promise<T> {
  const file = await openFile(wav);
  try {
    const recording = await openWavStream(file, wav);
    for (const warning of recording.warnings) say(work, warning, onProgress);
    const text = new TextDecoder().decode(await readWholeFile(truth));
    const stream = {
      durationMs: durationMs(recording),
      truth: readStreamTruth(text, truth, durationMs(recording)),
    };
    const seconds = Math.round(durationMs(recording) / 1000);
    return await use(
      recording,
      new StageProgress(work, `Listening to the seconds of ${wav}`, seconds, onProgress),
      stream,
    );
  } finally {
    await file.close();
  }
}
