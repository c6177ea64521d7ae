import type { CancelSignal } from '../../cancel.ts';
import { HeedError } from '../../errors.ts';
import type { CellName } from '../../nn/cells/cell.ts';
import { GradientComputer } from '../../nn/gradient.ts';
import { initialiseParameters } from '../../nn/initialise.ts';
import {
  DEFAULT_TRAINER_SETTINGS,
  type ComputeBackend,
  type NetworkShape,
  type SequenceBatch,
  type Targets,
} from '../../nn/network.ts';
import type { ParameterSet } from '../../nn/parameters.ts';
import { createNetworkWeights, loadWeights } from '../../nn/tensors.ts';
import { createRandom } from '../../random.ts';
import { COMPARISON_STOPPED } from './cell-runs.ts';

export interface ReachSettings {
  readonly cells: readonly CellName[];
  readonly hidden: number;
  /** Of each sequence. */
  readonly frames: number;
  /** Updates before the gradient is looked at again. */
  readonly steps: number;
  readonly learningRate: number;
  /** Gradients longer than this are scaled down to it, where they are clipped. */
  readonly clipNorm: number;
  readonly seed: number;
}

/** How far back the gradient of one cell reaches, and what its length was while it learned. */
export interface CellReach {
  readonly cell: CellName;
  readonly clipped: boolean;
  /** `[frames]` by distance from the last one: the norm of the loss's gradient by the input there, before training. */
  readonly normsBefore: number[];
  /** The same after it; empty where training diverged. */
  readonly normsAfter: number[];
  /** `[steps]`: the norm of the gradient of all parameters in each update, before clipping; shorter where training diverged. */
  readonly updateNorms: number[];
  readonly diverged: boolean;
}

const SEQUENCES = 32;

/**
 * Vanishing and exploding gradients (Bengio et al. 1994; Pascanu et al. 2013), measured: sequences of noise, of which the
 * network is asked for the first number once it has heard the last. All that it can learn comes over the whole distance.
 *
 * Gradients are computed in float64 by the reference, and so can be seen to vanish over two hundred orders of magnitude.
 * @throws {HeedError} cancelled
 */
export async function measureReach(
  settings: ReachSettings,
  backend: ComputeBackend,
  signal: CancelSignal,
): Promise<CellReach[]> {
  const found: CellReach[] = [];
  for (const cell of settings.cells)
    for (const clipped of [true, false]) {
      if (signal.aborted) throw new HeedError('cancelled', COMPARISON_STOPPED);
      found.push(await measureCell(cell, clipped, settings, backend));
    }
  return found;
}

async function measureCell(
  cell: CellName,
  clipped: boolean,
  { hidden, frames, steps, learningRate, clipNorm, seed }: ReachSettings,
  backend: ComputeBackend,
): Promise<CellReach> {
  const shape: NetworkShape = {
    ...{ inputSize: 1, hiddenSize: hidden, layerCount: 1, classCount: 1 },
    ...{ cell, pooling: 'last' },
  };
  const parameters = initialiseParameters(shape, seed);
  const network = backend.createNetwork(shape, parameters);
  const trainer = network.createTrainer({
    ...DEFAULT_TRAINER_SETTINGS,
    clipNorm: clipped ? clipNorm : Number.POSITIVE_INFINITY,
    seed,
  });
  const random = createRandom(seed, 'gradient reach');
  const drawn = (): [SequenceBatch, Targets] => firstNumberTask(frames, () => random.normal());
  const measured = drawn();
  const normsBefore = await inputGradientNorms(shape, parameters, ...measured);
  const updateNorms: number[] = [];
  try {
    for (let step = 0; step < steps; step++)
      updateNorms.push((await trainer.step(...drawn(), learningRate)).gradientNorm);
  } catch (error) {
    if (!(error instanceof HeedError) || error.code !== 'training-diverged') throw error;
    return { cell, clipped, normsBefore, normsAfter: [], updateNorms, diverged: true };
  }
  const normsAfter = await inputGradientNorms(shape, parameters, ...measured);
  return { cell, clipped, normsBefore, normsAfter, updateNorms, diverged: false };
}

/** Sequences of noise `[SEQUENCES, frames, 1]`, each to be answered with its first number. */
function firstNumberTask(frames: number, draw: () => number): [SequenceBatch, Targets] {
  const inputs = Float32Array.from({ length: SEQUENCES * frames }, draw);
  const values = Float32Array.from({ length: SEQUENCES }, (_, sequence) => inputs[sequence * frames]!);
  return [
    { inputs, lengths: new Int32Array(SEQUENCES).fill(frames), frameCount: frames },
    { loss: 'mean-squared-error', values },
  ];
}

/** `[frames]` by distance from the last: the norm of the loss's gradient by the inputs of all sequences at that distance. */
async function inputGradientNorms(
  shape: NetworkShape,
  parameters: ParameterSet,
  batch: SequenceBatch,
  targets: Targets,
): Promise<number[]> {
  const weights = createNetworkWeights(shape);
  loadWeights(weights, shape, parameters.values);
  const computer = new GradientComputer(shape, weights, DEFAULT_TRAINER_SETTINGS);
  const gradient = new Float64Array(batch.inputs.length);
  await computer.run(batch, targets, 1, () => Promise.resolve(), gradient);
  const { frameCount } = batch;
  return Array.from({ length: frameCount }, (_, distance) => {
    let sum = 0;
    for (let sequence = 0; sequence < batch.lengths.length; sequence++)
      sum += gradient[(sequence + 1) * frameCount - 1 - distance]! ** 2;
    return Math.sqrt(sum);
  });
}
