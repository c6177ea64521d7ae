import { NEVER_FIRES, type DecisionSettings } from '../model/model.ts';
import { Decider } from './decider.ts';
import { scoreStreams, type StreamDetection, type StreamScore } from './score-stream.ts';
import type { TruthWord } from './stream-truth.ts';

/** What a network made of a stream, window by window: enough to decide anew with other thresholds. */
export interface PosteriorTrack {
  /** `[windows]`: when each window ended. */
  readonly timesMs: readonly number[];
  /** `[windows][labels]`: smoothed posteriors, as a Decider takes them. */
  readonly smoothed: readonly Float32Array[];
}

/** A stream, what was said in it, and what the network made of it. */
export interface TrackedStream {
  readonly durationMs: number;
  readonly truth: readonly TruthWord[];
  readonly track: PosteriorTrack;
}

/** What a live recogniser with these settings would have decided. */
export function decide(
  { timesMs, smoothed }: PosteriorTrack,
  decision: DecisionSettings,
  labels: readonly string[],
): StreamDetection[] {
  const decider = new Decider(decision);
  const detections: StreamDetection[] = [];
  smoothed.forEach((posteriors, window) => {
    const fired = decider.decide(posteriors, timesMs[window]!);
    if (fired) detections.push({ timeMs: timesMs[window]!, label: labels[fired.labelIndex]! });
  });
  return detections;
}

/** The labels that can fire: not `_silence_`, not `_unknown_`. */
export function wordLabels(labels: readonly string[], { thresholds }: DecisionSettings): string[] {
  return labels.filter((_, index) => thresholds[index]! < NEVER_FIRES);
}

/** How the streams, taken together, are heard with these settings. */
export function scoreTracks(
  streams: readonly TrackedStream[],
  decision: DecisionSettings,
  labels: readonly string[],
): StreamScore {
  return scoreStreams(
    streams.map(({ durationMs, truth, track }) => ({ durationMs, truth, detections: decide(track, decision, labels) })),
    wordLabels(labels, decision),
  );
}

/** The thresholds that a sweep tries. */
export const SWEEP_THRESHOLDS: readonly number[] = [0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.98, 0.99, 0.995];

/** One threshold for all words, and how a stream is heard with it. */
export interface SweepPoint extends Omit<StreamScore, 'perLabel'> {
  readonly threshold: number;
}

/** The curve that a threshold moves along: misses on one side, false accepts on the other. */
export function sweepThresholds(
  streams: readonly TrackedStream[],
  decision: DecisionSettings,
  labels: readonly string[],
  thresholds = SWEEP_THRESHOLDS,
): SweepPoint[] {
  return thresholds.map((threshold) => {
    const same = decision.thresholds.map((own) => (own < NEVER_FIRES ? threshold : own));
    const { perLabel: _, ...score } = scoreTracks(streams, { ...decision, thresholds: same }, labels);
    return { threshold, ...score };
  });
}
