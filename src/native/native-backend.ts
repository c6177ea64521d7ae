import type { CancelSignal } from '../cancel.ts';
import { HeedError } from '../errors.ts';
import type {
  ComputeBackend,
  Network,
  NetworkShape,
  NetworkStream,
  OptimiserState,
  Precision,
  SequenceBatch,
  StepResult,
  Targets,
  Trainer,
  TrainerSettings,
} from '../nn/network.ts';
import type { FloatArray, ParameterSet } from '../nn/parameters.ts';
import { coded, codedAsync, heedError } from './coded-errors.ts';
import type { NativeAddon, NativeNetworkHandle, NativeStreamHandle, NativeTrainerHandle } from './addon.ts';

/** How often a running job is asked whether it should stop, in milliseconds. */
const CANCEL_POLL_MS = 20;

export interface NativeBackendOptions {
  /**
   * In which format the products of training and of batches take their operands; float32 when left out. bfloat16 halves the
   * work where the processor has instructions for it (`addon.bf16InstructionSets`), for logits that are off by some
   * thousandths and gradients that are off by some hundredths; float16 does where `addon.float16InstructionSets` has these
   * kernels, for less error, and is refused elsewhere. Weights, states and Adam stay in float32. A single sequence is computed
   * in float32 either way.
   */
  readonly precision?: Precision;
  /**
   * In which format a stream reads its layers' weights. bfloat16 is half the bytes to fetch, which is what bounds a large
   * network's step. Nothing but the weights is rounded, and nothing but streams is touched.
   */
  readonly streamWeights?: Precision;
}

/**
 * The C++ core behind the same interface as the TypeScript reference: the same sums, in float32 within 1e-5 of it.
 *
 * @param instructionSet one of `addon.instructionSets`; the best one when left out
 * @throws {HeedError} usage for kernels that this processor does not have, and for float16 with kernels that have none
 */
export function createNativeBackend(
  addon: NativeAddon,
  instructionSet = addon.instructionSets[0]!,
  options: NativeBackendOptions = {},
): ComputeBackend {
  if (!addon.instructionSets.includes(instructionSet))
    throw new HeedError(
      'usage',
      `This machine has no kernels named ${instructionSet}; it has ${addon.instructionSets.join(', ')}.`,
    );
  if (options.precision === 'float16' && !addon.float16InstructionSets.includes(instructionSet))
    throw new HeedError(
      'usage',
      `This processor's kernels (${instructionSet}) have no instructions for float16; leave the precision out, or take bfloat16.`,
    );
  return {
    name: 'native',
    createNetwork: (shape, parameters) => new NativeNetwork(addon, instructionSet, options, shape, parameters),
  };
}

class NativeNetwork implements Network {
  readonly shape: NetworkShape;
  readonly parameters: ParameterSet;
  readonly #addon: NativeAddon;
  readonly #options: NativeBackendOptions;
  readonly #handle: NativeNetworkHandle;

  constructor(
    addon: NativeAddon,
    instructionSet: string,
    options: NativeBackendOptions,
    shape: NetworkShape,
    parameters: ParameterSet,
  ) {
    this.shape = shape;
    this.parameters = parameters;
    this.#addon = addon;
    this.#options = options;
    this.#handle = coded(() => new addon.NativeNetwork(shape, instructionSet, options.precision));
    this.parametersChanged();
    // A stream multiplies by the factors, as long as these are the weights.
    const { factors } = parameters;
    if (factors) coded(() => this.#handle.setFactors(factors));
  }

  parametersChanged(): void {
    coded(() => this.#handle.setParameters(this.#values()));
  }

  forward(batch: SequenceBatch): FloatArray {
    return coded(() => this.#handle.forward(batch));
  }

  async forwardAsync(batch: SequenceBatch, signal?: CancelSignal): Promise<FloatArray> {
    if (signal?.aborted) throw new HeedError('cancelled', 'Recognition was cancelled; nothing was changed.');
    return withCancel(this.#handle, signal, () => this.#handle.forwardAsync(batch));
  }

  createStream(): NetworkStream {
    return new NativeStream(
      coded(() => new this.#addon.NativeStream(this.#handle, this.#options.streamWeights)),
      this.shape,
    );
  }

  createTrainer(settings: TrainerSettings, state?: OptimiserState): Trainer {
    const handle = coded(() => new this.#addon.NativeTrainer(this.#handle, settings, state));
    return new NativeTrainer(handle, this.#handle, () => this.#values());
  }

  #values(): Float32Array {
    const { values } = this.parameters;
    if (!(values instanceof Float32Array))
      throw new HeedError(
        'shape-mismatch',
        'The native core computes in 32-bit floats; give it parameters in float32.',
      );
    return values;
  }
}

/** Runs a job on a network, which is told to put it down when the signal comes. */
async function withCancel<Result>(
  network: NativeNetworkHandle,
  signal: CancelSignal | undefined,
  job: () => Promise<Result>,
): Promise<Result> {
  const poll = signal && setInterval(() => signal.aborted && network.cancel(), CANCEL_POLL_MS);
  try {
    return await codedAsync(job);
  } finally {
    clearInterval(poll);
  }
}

class NativeTrainer implements Trainer {
  readonly #handle: NativeTrainerHandle;
  readonly #network: NativeNetworkHandle;
  readonly #parameters: () => Float32Array;

  constructor(handle: NativeTrainerHandle, network: NativeNetworkHandle, parameters: () => Float32Array) {
    this.#handle = handle;
    this.#network = network;
    this.#parameters = parameters;
  }

  async step(
    batch: SequenceBatch,
    targets: Targets,
    learningRate: number,
    inputGradient?: FloatArray,
    signal?: CancelSignal,
  ): Promise<StepResult> {
    if (signal?.aborted) throw new HeedError('cancelled', 'Training was stopped; nothing was changed.');
    const dInputs = inputGradient as Float32Array | undefined;
    return withCancel(this.#network, signal, () =>
      this.#handle.step(batch, targets, learningRate, this.#parameters(), dInputs),
    );
  }

  state(): OptimiserState {
    return coded(() => this.#handle.state());
  }
}

class NativeStream implements NetworkStream {
  readonly #handle: NativeStreamHandle;
  readonly #logits: Float32Array;

  constructor(handle: NativeStreamHandle, shape: NetworkShape) {
    this.#handle = handle;
    this.#logits = new Float32Array(shape.classCount);
  }

  step(frame: FloatArray): FloatArray {
    try {
      this.#handle.step(frame as Float32Array, this.#logits);
    } catch (error) {
      throw heedError(error);
    }
    return this.#logits;
  }

  reset(): void {
    this.#handle.reset();
  }
}
