import { DEFAULT_AUGMENT_SETTINGS, type AugmentSettings } from '../dataset/augment/augment.ts';
import { DEFAULT_FEATURE_SETTINGS, type FeatureSettings } from '../features/settings.ts';
import type { CellName } from '../nn/cells/cell.ts';
import type { ClassifierShape, Precision } from '../nn/network.ts';
import type { WeightConstraints } from './compress/projection.ts';
import type { SkippedFile } from './progress.ts';

/** A training run, as the engine's call `train` asks for it. */
export interface TrainRunSettings {
  /** Folders of labelled folders, taken together. */
  readonly folders: readonly string[];
  /** The model file to write; `<out>.checkpoint` lies beside it while the run lasts. */
  readonly out: string;
  /** A folder of labelled folders to measure on; without it about a tenth of the speakers are held out. */
  readonly validation?: string | undefined;
  /** Folders with recordings of noise; without any, `_background_noise_` in `folders`, else synthetic noise. */
  readonly background?: readonly string[] | undefined;
  /** Lists of recordings to leave out, of clips and background alike; see `readLeaveOut`. */
  readonly leaveOut?: readonly string[] | undefined;
  /** The words to learn; other folders become `_unknown_`. Without it every folder is a word. */
  readonly labels?: readonly string[] | undefined;
  readonly hidden: number;
  readonly layers: number;
  /** What the layers are made of; `gru` when left out. A model to go on `from` has its own. */
  readonly cell?: CellName | undefined;
  readonly epochs: number;
  /** Examples per update, at most; fewer where there are few clips. */
  readonly batch: number;
  readonly seed: number;
  /** A model with the same labels to go on from: its weights, shape, features and normaliser. */
  readonly from?: string | undefined;
  /** Models of the same labels; the mean of their answers is learned from, beside the clips' labels. */
  readonly teachers?: readonly string[] | undefined;
  /** A model of the same labels and shape; in the end the best weights are averaged with its own. */
  readonly averageWith?: string | undefined;
  /** Of that model in the average; half when left out. */
  readonly averageShare?: number | undefined;
  /** Of the matrix products of training; float32 when left out. What is measured is measured in float32. */
  readonly precision?: Precision | undefined;
  /** Go on from the checkpoint, where there is one. */
  readonly resume: boolean;

  readonly heedVersion: string;
  /** The command or screen that asks for it, for the model's provenance. */
  readonly command: string;
  /** Where features are kept between runs; the system's cache folder when left out. */
  readonly cacheFolder?: string | undefined;
  /** Sources and licences of the recordings, for the model's provenance. */
  readonly attribution?: string | undefined;
  readonly tuning?: Partial<TrainTuning> | undefined;
}

/** What a run may also change; the defaults are good for one-second words. */
export interface TrainTuning extends WeightConstraints {
  readonly features: FeatureSettings;
  /**
   * The share of the run in which every word of `_unknown_` is told from the others by name. It is easier to learn than
   * "all the others", and what is learned serves words that are added later.
   */
  readonly namingShare: number;
  /** Examples of `_unknown_` in an epoch, in those of an average word. */
  readonly unknownWeight: number;
  /** Examples of `_silence_` in an epoch, in those of an average word: noises are many. */
  readonly silenceWeight: number;
  /** Whether windows that cut a word off are learned as `_unknown_`. */
  readonly cutWords: boolean;
  /** Whether halves of two words put together are learned as `_unknown_`. */
  readonly spliceWords: boolean;
  readonly pooling: ClassifierShape['pooling'];
  readonly dropout: number;
  /** Gradients longer than this are scaled down to it. */
  readonly clipNorm: number;
  /** The highest rate of the schedule. */
  readonly learningRate: number;
  /** How soft the teacher's answers are: its logits are divided by this. */
  readonly temperature: number;
  /** Of the teacher in the loss, 0 to 1; the clips' labels have the rest. */
  readonly teacherShare: number;
  readonly augment: AugmentSettings;
  /** A checkpoint is written at every epoch's end, and this often within one. */
  readonly checkpointEveryMs: number;
}

/** The tuning of a run, defaults filled in. A model that is trained further tells the words it was asked for already. */
export function tuningOf(settings: TrainRunSettings): TrainTuning {
  return {
    features: DEFAULT_FEATURE_SETTINGS,
    namingShare: settings.from === undefined ? 0.4 : 0,
    unknownWeight: 2.5,
    silenceWeight: 2,
    cutWords: true,
    spliceWords: true,
    // Learned soonest from few clips; with thousands a word the last state is right more often, for the mean of the states is a
    // mean of verdicts of which most are given before the word was heard.
    pooling: 'mean',
    dropout: 0.1,
    clipNorm: 5,
    learningRate: 0.04 / Math.sqrt(settings.hidden), // wider layers add up more updates: 1e-2 for 16 units, 3.5e-3 for 128
    sparsity: 0,
    weightBits: 32,
    factorShare: 1,
    temperature: 2,
    teacherShare: 0.7,
    augment: DEFAULT_AUGMENT_SETTINGS,
    checkpointEveryMs: 30_000,
    ...settings.tuning,
  };
}

/** The end of a training run; the same fields as the engine's call `train` answers. */
export interface TrainRunResult {
  readonly out: string;
  readonly labels: string[];
  /** Epochs that were trained to their end. */
  readonly epochs: number;
  /** The epoch whose weights are in the model file; 0 where none was finished. */
  readonly bestEpoch: number;
  readonly validationAccuracy: number | null;
  /** Whether it was stopped before its last epoch. */
  readonly stopped: boolean;
  readonly bytes: number;
  readonly skipped: SkippedFile[];
}
