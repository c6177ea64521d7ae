import { addProduct, columnsOf, createMatrix, fillRows, type Matrix } from './matrix.ts';
import { runningAt, stateRow, type Packing } from './packing.ts';
import type { LayerWeights } from './tensors.ts';

/**
 * Everything that the forward pass of one GRU layer computes, and the backward pass reads.
 *
 * Axis names: B sequences, D inputs of the layer, H hidden units; a row is one frame of one sequence (see Packing).
 */
export interface LayerActivations {
  /** `[rows, D]`: what the layer was fed; it belongs to whoever fed it */
  inputs: Matrix;
  /** `[rows, 3H]`: the gates r and z and the candidate n, side by side; before a frame's turn, their sums so far */
  readonly gates: Matrix;
  /** `[rows, 2H]` and `[rows, H]`: the columns of `gates` for r and z, and for n */
  readonly resetAndUpdate: Matrix;
  readonly candidate: Matrix;
  /** `[B + rows, H]`: the initial states h_0, then the states after each frame */
  readonly states: Matrix;
  /**
   * `[rows, H]`: what the reset gate made. Before the product, the reset state r ⊙ h_{t-1}; after it, the recurrent part
   * W·h_{t-1} + b' of the candidate, which r then scales.
   */
  readonly recurrent: Matrix;
}

/** Room for `rows` frames of `sequences` sequences; the initial states are zero. */
export function createLayerActivations(rows: number, sequences: number, hiddenSize: number): LayerActivations {
  const gates = createMatrix(rows, 3 * hiddenSize);
  return {
    inputs: createMatrix(0, 0),
    gates,
    resetAndUpdate: columnsOf(gates, 0, 2 * hiddenSize),
    candidate: columnsOf(gates, 2 * hiddenSize, hiddenSize),
    states: createMatrix(sequences + rows, hiddenSize),
    recurrent: createMatrix(rows, hiddenSize),
  };
}

/**
 * One GRU layer over a packed batch. Per frame, with `[h, x]` the previous state and the input:
 *
 *     r = σ(W_r·[h, x] + b_r)      z = σ(W_z·[h, x] + b_z)      h' = (1 − z) ⊙ h + z ⊙ n
 *
 *     resetAfter = false:  n = tanh(W_n·[r ⊙ h, x] + b_n)                          Cho et al. 2014, eqs. 5–8
 *     resetAfter = true:   n = tanh(W_n,x·x + b_n + r ⊙ (W_n,h·h + b'))            cuDNN, PyTorch
 *
 * In ONNX's GRU operator these are linear_before_reset = 0 and 1, with its z being 1 − z here.
 *
 * @param inputs `[rows, D]`
 * @param kept its initial states are read, all else is written
 */
export function gruLayerForward(weights: LayerWeights, inputs: Matrix, packing: Packing, kept: LayerActivations): void {
  const { resetAfter } = weights;
  kept.inputs = inputs;
  // What does not wait for a state is one large product over all frames.
  fillRows(kept.gates, 0, weights.bias, packing.rowCount);
  addProduct(kept.gates, 0, inputs, 0, weights.inputWeightsT, packing.rowCount);
  if (resetAfter) fillRows(kept.recurrent, 0, weights.recurrentBias, packing.rowCount);
  for (let t = 0; t < packing.frameCount; t++) {
    const row = packing.frameStart[t]!;
    const count = runningAt(packing, t);
    const before = stateRow(packing, t);
    const after = stateRow(packing, t + 1);
    addProduct(kept.resetAndUpdate, row, kept.states, before, weights.gateWeightsT, count);
    if (resetAfter) {
      addProduct(kept.recurrent, row, kept.states, before, weights.candidateWeightsT, count);
      resetAfterProduct(kept, row, count);
    } else {
      resetBeforeProduct(kept, row, before, count);
      addProduct(kept.candidate, row, kept.recurrent, row, weights.candidateWeightsT, count);
    }
    updateStates(kept, row, before, after, count);
  }
}

/** r = σ(·), and r ⊙ h for the candidate's product to come. */
function resetBeforeProduct(kept: LayerActivations, row: number, before: number, count: number): void {
  const { gates, states, recurrent } = kept;
  const H = states.columns;
  for (let m = 0; m < count; m++) {
    const g = (row + m) * 3 * H;
    const h = (before + m) * H;
    const q = (row + m) * H;
    for (let j = 0; j < H; j++) {
      const r = sigmoid(gates.values[g + j]!);
      gates.values[g + j] = r;
      recurrent.values[q + j] = r * states.values[h + j]!;
    }
  }
}

/** r = σ(·), and r ⊙ (W·h + b') added to the candidate's sum. */
function resetAfterProduct(kept: LayerActivations, row: number, count: number): void {
  const { gates, recurrent } = kept;
  const H = recurrent.columns;
  for (let m = 0; m < count; m++) {
    const g = (row + m) * 3 * H;
    const q = (row + m) * H;
    for (let j = 0; j < H; j++) {
      const r = sigmoid(gates.values[g + j]!);
      gates.values[g + j] = r;
      gates.values[g + 2 * H + j] = gates.values[g + 2 * H + j]! + r * recurrent.values[q + j]!;
    }
  }
}

/** z = σ(·), n = tanh(·), h' = (1 − z) ⊙ h + z ⊙ n. */
function updateStates(kept: LayerActivations, row: number, before: number, after: number, count: number): void {
  const gates = kept.gates.values;
  const states = kept.states.values;
  const H = kept.states.columns;
  for (let m = 0; m < count; m++) {
    const g = (row + m) * 3 * H;
    const from = (before + m) * H;
    const to = (after + m) * H;
    for (let j = 0; j < H; j++) {
      const z = sigmoid(gates[g + H + j]!);
      const n = Math.tanh(gates[g + 2 * H + j]!);
      gates[g + H + j] = z;
      gates[g + 2 * H + j] = n;
      states[to + j] = (1 - z) * states[from + j]! + z * n;
    }
  }
}

function sigmoid(a: number): number {
  return 1 / (1 + Math.exp(-a));
}
