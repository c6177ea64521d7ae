import { columnsOf, createMatrix, type Matrix } from '../matrix.ts';
import { directGateCount, type Cell } from './cell.ts';

/**
 * Everything that the forward pass of one recurrent layer computes, and the backward pass reads.
 *
 * Axis names: B sequences, D inputs of the layer, H hidden units, G gates of the cell; a row is one frame of one sequence
 * (see Packing).
 */
export interface LayerActivations {
  /** `[rows, D]`: what the layer was fed; it belongs to whoever fed it */
  inputs: Matrix;
  /** `[rows, G·H]`: the gates side by side; before a frame's turn, their sums so far */
  readonly gates: Matrix;
  /** The columns of `gates` that multiply the previous state as it is, and those of the candidate that does not. */
  readonly direct: Matrix;
  readonly candidate: Matrix;
  /** `[B + rows, H]`: the initial states h_0, then the states after each frame */
  readonly states: Matrix;
  /** `[B + rows, H]`: likewise an LSTM's memory c; no rows where the cell has none */
  readonly memory: Matrix;
  /**
   * `[rows, H]`, where a gate g acts on the candidate's product. Before it: g ⊙ h_{t-1}. After it: the product
   * W·h_{t-1} + b', which g then scales. No rows in other cells.
   */
  readonly recurrent: Matrix;
}

/** Room for `rows` frames of `sequences` sequences; the initial states are zero. */
export function createLayerActivations(
  cell: Cell,
  rows: number,
  sequences: number,
  hiddenSize: number,
): LayerActivations {
  const gates = createMatrix(rows, cell.gates.length * hiddenSize);
  const direct = directGateCount(cell) * hiddenSize;
  return {
    inputs: createMatrix(0, 0),
    gates,
    direct: columnsOf(gates, 0, direct),
    candidate: columnsOf(gates, direct, gates.columns - direct),
    states: createMatrix(sequences + rows, hiddenSize),
    memory: createMatrix(cell.hasMemory ? sequences + rows : 0, hiddenSize),
    recurrent: createMatrix(cell.candidateSees === 'as-is' ? 0 : rows, hiddenSize),
  };
}

/** Room for the backward pass of one layer, reused from layer to layer and step to step. */
export interface LayerGradients {
  /** `[rows, H]`: gradients of the states after each frame, from the layer above and the pooling; replaced for every layer */
  dStates: Matrix;
  /** `[rows, G·H]`: gradients of the gates' sums */
  readonly dGates: Matrix;
  readonly dDirect: Matrix;
  readonly dCandidate: Matrix;
  /** `[rows, H]`: gradient of `recurrent` */
  readonly dRecurrent: Matrix;
  /** `[B, H]`: gradient of the state between two frames, carried backwards in time */
  readonly dCarried: Matrix;
  /** `[B, H]`: that of the memory; no rows where the cell has none */
  readonly dMemory: Matrix;
}

export function createLayerGradients(cell: Cell, rows: number, sequences: number, hiddenSize: number): LayerGradients {
  const dGates = createMatrix(rows, cell.gates.length * hiddenSize);
  const direct = directGateCount(cell) * hiddenSize;
  return {
    dStates: createMatrix(0, 0),
    dGates,
    dDirect: columnsOf(dGates, 0, direct),
    dCandidate: columnsOf(dGates, direct, dGates.columns - direct),
    dRecurrent: createMatrix(cell.candidateSees === 'as-is' ? 0 : rows, hiddenSize),
    dCarried: createMatrix(sequences, hiddenSize),
    dMemory: createMatrix(cell.hasMemory ? sequences : 0, hiddenSize),
  };
}
