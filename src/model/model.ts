import type { Normaliser } from '../features/normaliser.ts';
import type { FeatureSettings } from '../features/settings.ts';
import type { ClassifierShape, Precision } from '../nn/network.ts';
import type { ParameterSet } from '../nn/parameters.ts';
import type { StateStatistics } from './state-statistics.ts';

export type { Normaliser };

/** The label of everything that is speech but none of the model's words. */
export const UNKNOWN_LABEL = '_unknown_';
/** The label of no speech at all. */
export const SILENCE_LABEL = '_silence_';

/** How posteriors over a stream become decisions. */
export interface DecisionSettings {
  /** A window is classified this often. */
  readonly stepMs: number;
  /** Posteriors are averaged over this long. */
  readonly smoothingMs: number;
  /** After a detection, nothing is detected for this long. */
  readonly refractoryMs: number;
  /** `[labels]`: the smoothed posterior at which a label fires; a label that never fires (`_silence_`, `_unknown_`) has 2. */
  readonly thresholds: readonly number[];
  /** How much a word is doubted, live, that does not sound as it did in training; 0 or left out for not at all. */
  readonly unfamiliarityWeight?: number | undefined;
}

/** How a model came to be, for its card and for whoever inspects the file. */
export interface Provenance {
  /** The Heed version that wrote it. */
  readonly heedVersion: string;
  /** The command or screen that made it. */
  readonly madeBy: string;
  /** What it was trained on: clips per label, and where they came from. */
  readonly trainedOn: string;
  readonly seed: number;
  readonly epochs: number;
  /** Sources and licences of the recordings. */
  readonly attribution: string;
  /** Of the matrix products of training; float32 where it is left out. */
  readonly precision?: Precision | undefined;
}

/** What was measured, on what: accuracy 0…1 overall and per label. */
export interface Score {
  readonly measuredOn: string;
  readonly clipCount: number;
  readonly accuracy: number;
  readonly perLabel: Readonly<Record<string, number>>;
}

/** A model: one ONNX file, read back whole. Weights are float32. */
export interface Model {
  readonly shape: ClassifierShape;
  readonly parameters: ParameterSet;
  /** `[classes]`, in the order of the logits */
  readonly labels: readonly string[];
  readonly features: FeatureSettings;
  readonly normaliser: Normaliser;
  readonly decision: DecisionSettings;
  readonly provenance: Provenance;
  readonly scores: readonly Score[];
  /** What the head saw in training; fine-tuning keeps the old words by it. Models from elsewhere have none. */
  readonly states?: StateStatistics | undefined;
}

/** The file format's bound on a label's threshold: a posterior never reaches it, so the label never fires. */
export const NEVER_FIRES = 2;

/** How Heed decides unless a model says otherwise. */
export function defaultDecision(labels: readonly string[]): DecisionSettings {
  return {
    stepMs: 100,
    smoothingMs: 500, // five windows: one stray posterior does not fire, and latency stays under half a second
    refractoryMs: 1000, // as long as the word may be in the window: one spoken word never fires twice
    thresholds: labels.map((label) => (label === UNKNOWN_LABEL || label === SILENCE_LABEL ? NEVER_FIRES : 0.8)),
  };
}
