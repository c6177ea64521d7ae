import { DEFAULT_AUGMENT_SETTINGS, type AugmentSettings } from '../../dataset/augment/augment.ts';
import type { TrainRunResult } from '../settings.ts';

/** A fine-tuning, as the engine's call `finetune` asks for it. */
export interface FinetuneSettings {
  /** A folder of labelled folders: the user's words, and `_unknown_` for what must not fire. */
  readonly folder: string;
  /** The model file to begin with. */
  readonly from: string;
  /** The model file to write; may be the same. */
  readonly out: string;
  /** A folder of labelled folders to measure on; without it some of the user's takes are held out. */
  readonly validation?: string | undefined;
  /** A folder with recordings of noise; without it `_background_noise_` in `folder`, else synthetic noise. */
  readonly background?: string | undefined;
  readonly seed: number;
  /** Passes over the takes through all layers, at most; fewer without the native core when left out. */
  readonly passes?: number | undefined;
  /** What else a run may change. */
  readonly tuning?: Partial<FinetuneTuning> | undefined;

  readonly heedVersion: string;
  /** The command or screen that asks for it, for the model's provenance. */
  readonly command: string;
}

/** The end of a fine-tuning; the same fields as the engine's call `finetune` answers. */
export interface FinetuneResult extends TrainRunResult {
  /** Labels that the model did not know before. */
  readonly newLabels: string[];
  /** Whether the new weights do better on the held-out takes; where they don't, the file holds the old model. */
  readonly improved: boolean;
  /** How the old model did on the same held-out takes. */
  readonly accuracyBefore: number | null;
}

/** How a model is adapted; the defaults are what served best on twenty words of fifteen speakers. */
export interface FinetuneTuning {
  /** Variations of each take from which the head is made. */
  readonly variations: number;
  /** Passes through all layers, each with so many variations of each take. */
  readonly passes: number;
  readonly variationsPerPass: number;
  /** The highest rate of the passes. */
  readonly learningRate: number;
  /** What share of the way back to the old weights every update takes (L2-SP, Li, Grandvalet & Davoine 2018). */
  readonly elasticity: number;
  /** Drawn states of each old word against which rows of known labels are fitted. */
  readonly oldStates: number;
  readonly headEpochs: number;
  readonly headLearningRate: number;
  /** How takes of labels that the model knows are varied: what was a false alarm should be none in any guise. */
  readonly augment: AugmentSettings;
  readonly newWordAugment: AugmentSettings;
}

/** Takes are of one voice, which speaks faster or slower by less than the many differ. */
const TAKE_AUGMENT_SETTINGS: AugmentSettings = Object.freeze({
  ...DEFAULT_AUGMENT_SETTINGS,
  playbackRate: [0.9, 1.1],
} as const);

/**
 * Takes of new words are varied less than recordings for training from scratch: a mean over words that are half hidden,
 * muffled or drowned lies nearer to the unknown than the word does, the more so the fewer takes there are.
 */
const NEW_WORD_AUGMENT_SETTINGS: AugmentSettings = Object.freeze({
  ...TAKE_AUGMENT_SETTINGS,
  neighbourProbability: 0.2,
  playbackRate: DEFAULT_AUGMENT_SETTINGS.playbackRate,
  gainDb: [-10, 6],
  lowPassProbability: 0.05,
  backgroundProbability: 0.6,
  snrDb: [10, 30],
  timeMaskProbability: 0,
} as const);

export const DEFAULT_FINETUNE_TUNING: FinetuneTuning = Object.freeze({
  variations: 12,
  passes: 4,
  variationsPerPass: 2,
  learningRate: 1e-4,
  elasticity: 0.02,
  oldStates: 60,
  headEpochs: 40,
  headLearningRate: 0.005,
  augment: TAKE_AUGMENT_SETTINGS,
  newWordAugment: NEW_WORD_AUGMENT_SETTINGS,
});

/** A minute is all that the TypeScript reference has for it. */
export const REFERENCE_FINETUNE_TUNING: FinetuneTuning = Object.freeze({
  ...DEFAULT_FINETUNE_TUNING,
  variations: 2,
  passes: 1,
  variationsPerPass: 1,
});
