import type { LayerActivations } from './gru-layer-forward.ts';
import {
  addProduct,
  addRowSum,
  addTransposedProduct,
  clearRows,
  columnsOf,
  createMatrix,
  rowsFrom,
  type Matrix,
} from './matrix.ts';
import { runningAt, stateRow, type Packing } from './packing.ts';
import type { LayerTensors, LayerWeights } from './tensors.ts';

/** Room for the backward pass of one layer, reused from layer to layer and step to step. */
export interface LayerGradients {
  /** `[rows, 3H]`: gradients of the sums inside σ, σ and tanh */
  readonly dGates: Matrix;
  /** `[rows, 2H]` and `[rows, H]`: the columns of `dGates` for r and z, and for n */
  readonly dResetAndUpdate: Matrix;
  readonly dCandidate: Matrix;
  /** `[rows, H]`: gradient of `recurrent`, what the reset gate made */
  readonly dRecurrent: Matrix;
  /** `[B, H]`: gradient of the state between two frames, carried backwards in time */
  readonly dCarried: Matrix;
}

export function createLayerGradients(rows: number, sequences: number, hiddenSize: number): LayerGradients {
  const dGates = createMatrix(rows, 3 * hiddenSize);
  return {
    dGates,
    dResetAndUpdate: columnsOf(dGates, 0, 2 * hiddenSize),
    dCandidate: columnsOf(dGates, 2 * hiddenSize, hiddenSize),
    dRecurrent: createMatrix(rows, hiddenSize),
    dCarried: createMatrix(sequences, hiddenSize),
  };
}

/**
 * Backpropagation through time (Werbos 1990) of one GRU layer: the derivative of `gruLayerForward`. Per frame, from the
 * last to the first, with dh' the gradient of the new state (from above and from the frame after), dh that of the old
 * one, da_r, da_z, da_n those of the sums inside σ, σ and tanh, and ⊙ left out:
 *
 *     da_z = dh' (n − h) z (1 − z)       da_n = dh' z (1 − n²)       da_r = dr r (1 − r)
 *     dh = dh' (1 − z) + W_r,hᵀ·da_r + W_z,hᵀ·da_z + …
 *
 *     resetAfter = false:  d(r h) = W_n,hᵀ·da_n     dr = d(r h) h                … = d(r h) r
 *     resetAfter = true:   dq = da_n r              dr = da_n q                  … = W_n,hᵀ·dq
 *                          with q = W_n,h·h + b'
 *
 * Gradients are added to `dWeights` and `dInputs`.
 *
 * @param kept as the forward pass left it
 * @param dStates `[rows, H]`, gradients of the states after each frame, from the layer above and the pooling
 * @param truncateFrames gradients do not cross frames at multiples of this; the states that do are constants
 * @param dInputs `[rows, D]`; undefined where nobody asks what the inputs should have been
 */
export function gruLayerBackward(
  weights: LayerWeights,
  packing: Packing,
  kept: LayerActivations,
  dStates: Matrix,
  truncateFrames: number,
  scratch: LayerGradients,
  dWeights: LayerTensors,
  dInputs: Matrix | undefined,
): void {
  const { dResetAndUpdate, dRecurrent, dCandidate, dCarried } = scratch;
  clearRows(dRecurrent, packing.rowCount);
  // Sequences that end earlier join on the way back with nothing carried from behind their end.
  clearRows(dCarried, packing.sequenceCount);
  for (let t = packing.frameCount - 1; t >= 0; t--) {
    const row = packing.frameStart[t]!;
    const count = runningAt(packing, t);
    const before = stateRow(packing, t);
    backwardThroughUpdate(kept, dStates, scratch, row, before, count);
    if (weights.resetAfter) {
      backwardThroughResetAfter(kept, scratch, row, count);
      addProduct(dCarried, 0, dRecurrent, row, weights.candidateWeights, count);
    } else {
      addProduct(dRecurrent, row, dCandidate, row, weights.candidateWeights, count);
      backwardThroughResetBefore(kept, scratch, row, before, count);
    }
    addProduct(dCarried, 0, dResetAndUpdate, row, weights.recurrentWeights, count);
    if (t % truncateFrames === 0) clearRows(dCarried, count);
  }
  addWeightGradients(packing, weights.resetAfter, kept, scratch, dWeights);
  if (dInputs) addProduct(dInputs, 0, scratch.dGates, 0, weights.inputWeights, packing.rowCount);
}

/** From dh' to da_z and da_n, and the part of dh that skips the gates. */
function backwardThroughUpdate(
  kept: LayerActivations,
  dStates: Matrix,
  scratch: LayerGradients,
  row: number,
  before: number,
  count: number,
): void {
  const gates = kept.gates.values;
  const states = kept.states.values;
  const dGates = scratch.dGates.values;
  const dCarried = scratch.dCarried.values;
  const H = kept.states.columns;
  for (let m = 0; m < count; m++) {
    const g = (row + m) * 3 * H;
    const from = (before + m) * H;
    const above = dStates.start + (row + m) * dStates.rowStride;
    for (let j = 0; j < H; j++) {
      const z = gates[g + H + j]!;
      const n = gates[g + 2 * H + j]!;
      const dh = dStates.values[above + j]! + dCarried[m * H + j]!;
      dGates[g + H + j] = dh * (n - states[from + j]!) * z * (1 - z);
      dGates[g + 2 * H + j] = dh * z * (1 - n * n);
      dCarried[m * H + j] = dh * (1 - z);
    }
  }
}

/** From d(r ⊙ h) to da_r and its part of dh. */
function backwardThroughResetBefore(
  kept: LayerActivations,
  scratch: LayerGradients,
  row: number,
  before: number,
  count: number,
): void {
  const gates = kept.gates.values;
  const states = kept.states.values;
  const { dGates, dRecurrent, dCarried } = scratch;
  const H = kept.states.columns;
  for (let m = 0; m < count; m++) {
    const g = (row + m) * 3 * H;
    const from = (before + m) * H;
    const q = (row + m) * H;
    for (let j = 0; j < H; j++) {
      const r = gates[g + j]!;
      const dResetState = dRecurrent.values[q + j]!;
      dGates.values[g + j] = dResetState * states[from + j]! * r * (1 - r);
      dCarried.values[m * H + j] = dCarried.values[m * H + j]! + dResetState * r;
    }
  }
}

/** From da_n to da_r and to the gradient of the recurrent part that r scales. */
function backwardThroughResetAfter(kept: LayerActivations, scratch: LayerGradients, row: number, count: number): void {
  const gates = kept.gates.values;
  const recurrent = kept.recurrent.values;
  const dGates = scratch.dGates.values;
  const dRecurrent = scratch.dRecurrent.values;
  const H = kept.states.columns;
  for (let m = 0; m < count; m++) {
    const g = (row + m) * 3 * H;
    const q = (row + m) * H;
    for (let j = 0; j < H; j++) {
      const r = gates[g + j]!;
      const dCandidate = dGates[g + 2 * H + j]!;
      dGates[g + j] = dCandidate * recurrent[q + j]! * r * (1 - r);
      dRecurrent[q + j] = dCandidate * r;
    }
  }
}

/** Adds the gradients of the layer's parameters, over all frames at once. */
function addWeightGradients(
  packing: Packing,
  resetAfter: boolean,
  kept: LayerActivations,
  scratch: LayerGradients,
  dWeights: LayerTensors,
): void {
  const { dGates, dResetAndUpdate, dCandidate, dRecurrent } = scratch;
  const { inputs, states, recurrent } = kept;
  const H = states.columns;
  const rows = packing.rowCount;
  addRowSum(dWeights.bias, dGates, rows);
  addTransposedProduct(dWeights.inputWeights, dGates, 0, inputs, 0, rows);
  const dCandidateWeights = rowsFrom(dWeights.recurrentWeights, 2 * H);
  if (resetAfter) addRowSum(dWeights.recurrentBias, dRecurrent, rows);
  else addTransposedProduct(dCandidateWeights, dCandidate, 0, recurrent, 0, rows);
  // A frame's rows and the states before it lie equally far apart from frame to frame, until a sequence has ended.
  const shift = (t: number): number => stateRow(packing, t) - packing.frameStart[t]!;
  let next: number;
  for (let t = 0; t < packing.frameCount; t = next) {
    next = t + 1;
    while (next < packing.frameCount && shift(next) === shift(t)) next++;
    const row = packing.frameStart[t]!;
    const before = stateRow(packing, t);
    const span = packing.frameStart[next]! - row;
    addTransposedProduct(dWeights.recurrentWeights, dResetAndUpdate, row, states, before, span);
    if (resetAfter) addTransposedProduct(dCandidateWeights, dRecurrent, row, states, before, span);
  }
}
