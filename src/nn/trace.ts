import { HeedError } from '../errors.ts';
import { attend } from './attention.ts';
import { cellOf, type Gate } from './cells/cell.ts';
import { activationsFor, clearInitialStates, runLayers, type NetworkActivations } from './forward-pass.ts';
import type { Matrix } from './matrix.ts';
import type { NetworkShape } from './network.ts';
import { packFrames, packSequences, statesAfterFrames, type Packing } from './packing.ts';
import type { FloatArray, ParameterSet } from './parameters.ts';
import { createNetworkWeights, loadWeights, type NetworkWeights } from './tensors.ts';

/** What one layer did over one sequence, `[T, H]` each. */
export interface LayerTrace {
  /** The cell's gates by name, the candidate among them. Of a GRU: `reset` is how much of the old state the candidate saw, `update` how much of the candidate the new state took. */
  readonly gates: ReadonlyMap<Gate['name'], Float64Array>;
  /** h after each frame */
  readonly state: Float64Array;
  /** c after each frame, of a cell that has it */
  readonly memory: Float64Array | undefined;
}

/**
 * Runs one sequence and keeps every gate, for looking into a network.
 * @param inputs `[T, I]`, normalised features
 * @returns one trace per layer, the bottom one first
 * @throws {HeedError} shape-mismatch where inputs are no whole number of frames, at least one
 */
export function traceSequence(shape: NetworkShape, parameters: ParameterSet, inputs: FloatArray): LayerTrace[] {
  const { kept, packing } = runSequence(shape, parameters, inputs);
  const frameCount = packing.rowCount;
  const H = shape.hiddenSize;
  const cell = cellOf(shape);
  return kept.layers.map((layer) => ({
    gates: new Map(cell.gates.map(({ name }, gate) => [name, copyColumns(layer.gates, gate * H, H, frameCount)])),
    state: copyColumns(statesAfterFrames(layer.states, packing), 0, H, frameCount),
    memory: cell.hasMemory ? copyColumns(statesAfterFrames(layer.memory, packing), 0, H, frameCount) : undefined,
  }));
}

/** How a network weighed the frames of a sequence. */
export interface AttentionTrace {
  /** K */
  readonly heads: number;
  /** `[T, K]`; each head's add up to 1 */
  readonly weights: Float64Array;
}

/**
 * Runs one sequence and keeps what each head makes of its frames; undefined for a network that does not attend to them.
 * @param inputs `[T, I]`, normalised features
 * @throws {HeedError} shape-mismatch where inputs are no whole number of frames, at least one
 */
export function traceAttention(
  shape: NetworkShape,
  parameters: ParameterSet,
  inputs: FloatArray,
): AttentionTrace | undefined {
  const { weights, kept, packing } = runSequence(shape, parameters, inputs);
  if (!weights.attention || !kept.attention) return undefined;
  const states = statesAfterFrames(kept.layers.at(-1)!.states, packing);
  attend(weights.attention, weights.queryWeightsT, states, packing, kept.attention, kept.pooled);
  return { heads: weights.attention.form.heads, weights: kept.attention.weights.values };
}

/** The layers' activations over one sequence. */
function runSequence(
  shape: NetworkShape,
  parameters: ParameterSet,
  inputs: FloatArray,
): { weights: NetworkWeights; kept: NetworkActivations; packing: Packing } {
  const frameCount = inputs.length / shape.inputSize;
  if (!Number.isInteger(frameCount) || frameCount === 0)
    throw new HeedError(
      'shape-mismatch',
      `${inputs.length} numbers are not one or more frames of ${shape.inputSize} inputs.`,
    );
  const weights = createNetworkWeights(shape);
  loadWeights(weights, shape, parameters.values);
  const packing = packSequences(Int32Array.of(frameCount));
  const kept = activationsFor(undefined, shape, packing, false);
  packFrames(kept.frames, { inputs, lengths: packing.lengths, frameCount }, packing);
  clearInitialStates(kept, packing);
  runLayers(weights, packing, kept);
  return { weights, kept, packing };
}

function copyColumns(matrix: Matrix, from: number, columns: number, rows: number): Float64Array {
  const copy = new Float64Array(rows * columns);
  for (let m = 0; m < rows; m++) {
    const start = matrix.start + m * matrix.rowStride + from;
    copy.set(matrix.values.subarray(start, start + columns), m * columns);
  }
  return copy;
}
