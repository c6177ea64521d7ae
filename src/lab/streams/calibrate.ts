import type { CancelSignal } from '../../cancel.ts';
import { HeedError } from '../../errors.ts';
import { saveModel } from '../../model/model-file.ts';
import type { Model } from '../../model/model.ts';
import { chooseThresholds } from '../../streaming/choose-thresholds.ts';
import { scoreTracks, type TrackedStream } from '../../streaming/posterior-track.ts';
import type { StreamScore } from '../../streaming/score-stream.ts';
import type { Compute } from '../../training/compute.ts';
import type { ProgressListener } from '../../training/progress.ts';
import { loadTrackedStream, type StreamFiles } from './evaluate-stream.ts';

export interface CalibrateSettings {
  readonly model: Model;
  readonly streams: readonly StreamFiles[];
  /** The most that all words together may make on these streams. */
  readonly falseAcceptsPerHour: number;
  /** How much words are doubted from now on that do not sound as in training; as the model has it when left out. */
  readonly unfamiliarityWeight?: number | undefined;
  readonly out: string;
}

/** The model with its new thresholds; the same fields as the engine's call `calibrate` answers. */
export interface Calibration {
  readonly out: string;
  readonly thresholds: Record<string, number>;
  /** How the streams, taken together, were heard with the model's own thresholds, and how with the new ones. */
  readonly before: StreamScore;
  readonly after: StreamScore;
}

/**
 * Writes a copy of a model with a threshold for each word chosen on streams: see {@link chooseThresholds}.
 * @throws {HeedError} usage where words are to be doubted by a memory that the model does not have; dataset where no word of the model is said in any stream; what reading the streams and writing the
 *   model say; cancelled. Nothing is written then.
 */
export async function calibrate(
  { model: given, streams, falseAcceptsPerHour, unfamiliarityWeight, out }: CalibrateSettings,
  compute: Compute,
  onProgress: ProgressListener,
  signal: CancelSignal,
): Promise<Calibration> {
  const model =
    unfamiliarityWeight === undefined
      ? given
      : { ...given, decision: { ...given.decision, unfamiliarityWeight: doubtOf(given, unfamiliarityWeight) } };
  const { labels, decision } = model;
  const tracked: TrackedStream[] = [];
  for (const files of streams)
    tracked.push(await loadTrackedStream(files, 'calibrate', model, compute, onProgress, signal));
  const before = scoreTracks(tracked, decision, labels);
  if (before.words === 0)
    throw new HeedError(
      'dataset',
      'No word of the model is said in these streams, so nothing tells how often it would be missed; add a stream with its words.',
    );
  const thresholds = chooseThresholds(tracked, labels, decision, falseAcceptsPerHour);
  const calibrated = { ...decision, thresholds };
  await saveModel(out, { ...model, decision: calibrated });
  return {
    out,
    thresholds: Object.fromEntries(labels.map((label, index) => [label, thresholds[index]!])),
    before,
    after: scoreTracks(tracked, calibrated, labels),
  };
}

function doubtOf({ states }: Model, weight: number): number {
  if (weight > 0 && !states)
    throw new HeedError(
      'usage',
      'This model does not remember how its words sounded in training, so nothing can be doubted by it; leave the weight out, or train the model anew.',
    );
  return weight;
}
