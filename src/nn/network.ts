import type { CancelSignal } from '../cancel.ts';
import type { CellName } from './cells/cell.ts';
import type { FloatArray, ParameterSet } from './parameters.ts';

/**
 * In which format matrix products take their operands. bfloat16 is float32 without the lower half of its bits, which leaves 8
 * bits of mantissa; float16 has 11, and less range. States and gates are float32 in any, and so are sums, but for runs of 32
 * products that the native core adds up in float16.
 */
export type Precision = 'float32' | 'bfloat16' | 'float16';

/**
 * The classifier: stacked recurrent layers over a sequence, a pooling of the top layer's states, a dense head.
 *
 * Axis names used throughout `nn/`: B batch, T frames (time), I inputs per frame, H hidden units, C classes.
 */
export interface NetworkShape {
  readonly inputSize: number;
  readonly hiddenSize: number;
  readonly layerCount: number;
  readonly classCount: number;
  /** What its layers are made of; Heed's own is `gru`. See `cells/cell.ts`. */
  readonly cell: CellName;
  /**
   * What the head sees: the state after the last valid frame, or the mean of the states over the valid frames (sequence to
   * label, sequence to value), or their weighted sum, by a learned query or by what the last state asks (see
   * `attention.ts`); `none`: the state after each frame, for an answer of its own (sequence to sequence).
   */
  readonly pooling: ClassifierPooling | 'none';
}

/** How a sequence's states become the one that the head answers. */
export const CLASSIFIER_POOLINGS = ['last', 'mean', 'attention', 'multi-head'] as const;
export type ClassifierPooling = (typeof CLASSIFIER_POOLINGS)[number];

/** The shape of a network that gives a whole sequence one answer, as every model on disk does. */
export interface ClassifierShape extends NetworkShape {
  readonly pooling: ClassifierPooling;
}

/** Answers of the head for each sequence of a batch whose longest has so many frames. */
export function answersPerSequence(shape: Pick<NetworkShape, 'pooling'>, frameCount: number): number {
  return shape.pooling === 'none' ? frameCount : 1;
}

/** Sequences of different lengths in one rectangle; frames past a sequence's length are ignored (masked). */
export interface SequenceBatch {
  /** `[B, T, I]`, normalised features */
  readonly inputs: FloatArray;
  /** `[B]`, valid frames of each sequence, 1…T */
  readonly lengths: Int32Array;
  readonly frameCount: number;
}

/** The class of a frame that is not scored, in a task from sequence to sequence. */
export const UNSCORED = -1;

/**
 * What a training step compares the logits with: `[B]` class indices, or `[B, C]` values. Without pooling `[B, T]` class
 * indices, of which those of padding do not matter and those that are `UNSCORED` do not count; or `[B, T, C]` values.
 */
export type Targets =
  | { readonly loss: 'cross-entropy'; readonly classes: Int32Array; readonly teacher?: Teaching }
  | { readonly loss: 'mean-squared-error'; readonly values: FloatArray };

/** What a teacher answers to a batch, to be learned beside the classes; see `distillationLoss`. */
export interface Teaching {
  /** `[B, C]`, without pooling `[B, T, C]`; of logits divided by the temperature, each row sums to 1 */
  readonly posteriors: FloatArray;
  readonly temperature: number;
  /** Of the teacher in the loss, 0 to 1; the rest is the classes'. */
  readonly share: number;
}

export interface TrainerSettings {
  readonly beta1: number;
  readonly beta2: number;
  readonly epsilon: number;
  /** Gradients longer than this (global L2 norm) are scaled down to it; Infinity leaves them alone. */
  readonly clipNorm: number;
  /** Share of units zeroed between layers and before the head while training (inverted dropout). */
  readonly dropout: number;
  /** Seeds the dropout masks; the same seed, batches and thread count give the same bits. */
  readonly seed: number;
  /** Gradients do not cross multiples of this many frames (truncated BPTT); Infinity for full BPTT. */
  readonly truncateFrames: number;
}

export const DEFAULT_TRAINER_SETTINGS: TrainerSettings = Object.freeze({
  beta1: 0.9,
  beta2: 0.999,
  epsilon: 1e-8,
  clipNorm: 5,
  dropout: 0,
  seed: 1,
  truncateFrames: Number.POSITIVE_INFINITY,
});

export interface StepResult {
  /** Mean loss over the batch (without pooling: over its scored frames), before the update. */
  readonly loss: number;
  /** Sequences (without pooling: frames) whose largest logit was the right class; 0 for mean squared error. */
  readonly correct: number;
  /** Global L2 norm of the gradient before clipping. */
  readonly gradientNorm: number;
}

/** Adam's memory, as a checkpoint keeps it: `[parameters]` each, in ParameterSet's order. */
export interface OptimiserState {
  readonly step: number;
  readonly firstMoment: FloatArray;
  readonly secondMoment: FloatArray;
}

/** One live sequence, frame by frame. */
export interface NetworkStream {
  /**
   * Feeds one normalised frame `[I]` and returns the logits `[C]` of the sequence so far, without pooling those of this
   * frame (a view, reused).
   */
  step(frame: FloatArray): FloatArray;
  /** Back to the state before the first frame. */
  reset(): void;
}

/** A network ready to run. Both the TypeScript reference and the native core offer exactly this. */
export interface Network {
  readonly shape: NetworkShape;
  /** The live parameters. Who writes into them calls `parametersChanged()` before the next call. */
  readonly parameters: ParameterSet;
  parametersChanged(): void;
  /** Logits `[B, C]` (without pooling `[B, T, C]`, zeros in padding) at once, for small work such as one live window. @throws {HeedError} shape-mismatch */
  forward(batch: SequenceBatch): FloatArray;
  /** The same for bulk work; does not block the event loop where the backend has threads of its own. */
  forwardAsync(batch: SequenceBatch, signal?: CancelSignal): Promise<FloatArray>;
  createStream(): NetworkStream;
  createTrainer(settings: TrainerSettings, state?: OptimiserState): Trainer;
}

export interface Trainer {
  /**
   * Forward, loss, BPTT, clipping and one Adam update of the network's parameters.
   * @param inputGradient `[B, T, I]`, overwritten with the loss's gradient in the inputs before clipping, zero in padding: what
   *   an embedding below the network learns from
   * @param signal  asked while the step runs
   * @throws {HeedError} shape-mismatch; training-diverged when loss or gradient is not finite; cancelled. Parameters and
   *   Adam's memory are then as before the step
   */
  step(
    batch: SequenceBatch,
    targets: Targets,
    learningRate: number,
    inputGradient?: FloatArray,
    signal?: CancelSignal,
  ): Promise<StepResult>;
  /** A copy of Adam's memory, for a checkpoint. */
  state(): OptimiserState;
}

/** Where the sums are done. `typescript` is the readable reference; `native` is the C++ core. */
export interface ComputeBackend {
  readonly name: 'typescript' | 'native';
  createNetwork(shape: NetworkShape, parameters: ParameterSet): Network;
}
