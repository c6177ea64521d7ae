import { HeedError } from '../errors.ts';
import { cellOf, type Gate } from './cells/cell.ts';
import { activationsFor, clearInitialStates, runLayers } from './forward-pass.ts';
import type { Matrix } from './matrix.ts';
import type { NetworkShape } from './network.ts';
import { packFrames, packSequences, statesAfterFrames } from './packing.ts';
import type { FloatArray, ParameterSet } from './parameters.ts';
import { createNetworkWeights, loadWeights } from './tensors.ts';

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
  const H = shape.hiddenSize;
  const cell = cellOf(shape);
  return kept.layers.map((layer) => ({
    gates: new Map(cell.gates.map(({ name }, gate) => [name, copyColumns(layer.gates, gate * H, H, frameCount)])),
    state: copyColumns(statesAfterFrames(layer.states, packing), 0, H, frameCount),
    memory: cell.hasMemory ? copyColumns(statesAfterFrames(layer.memory, packing), 0, H, frameCount) : undefined,
  }));
}

function copyColumns(matrix: Matrix, from: number, columns: number, rows: number): Float64Array {
  const copy = new Float64Array(rows * columns);
  for (let m = 0; m < rows; m++) {
    const start = matrix.start + m * matrix.rowStride + from;
    copy.set(matrix.values.subarray(start, start + columns), m * columns);
  }
  return copy;
}
