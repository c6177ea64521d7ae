import type { LayerActivations, LayerGradients } from './layer-buffers.ts';
import { sigmoid } from './sigmoid.ts';
import type { CellSteps, FrameRows } from './steps.ts';

// The GRU (Cho et al. 2014, eqs. 5–8), gates stacked r, z, n; z near 1 takes the candidate:
//
//     r = σ(W_r·[h, x] + b_r)      z = σ(W_z·[h, x] + b_z)      h' = (1 − z) ⊙ h + z ⊙ n
//
//     reset before the product:  n = tanh(W_n·[r ⊙ h, x] + b_n)
//     reset after it:            n = tanh(W_n,x·x + b_n + r ⊙ (W_n,h·h + b'))            cuDNN, PyTorch
//
// In ONNX's GRU operator these are linear_before_reset = 0 and 1, with its z being 1 − z here.

/** r = σ(·), and r ⊙ h for the candidate's product to come; r is the first gate, of however many. */
export function resetBeforeProduct(
  { gates, states, recurrent }: LayerActivations,
  { row, before, count }: FrameRows,
): void {
  const H = states.columns;
  for (let m = 0; m < count; m++) {
    const g = (row + m) * gates.columns;
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
function resetAfterProduct({ gates, recurrent }: LayerActivations, { row, count }: FrameRows): void {
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
function updateState(kept: LayerActivations, { row, before, after, count }: FrameRows): void {
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

/**
 * With dh' the gradient of the new state, and ⊙ left out: da_z = dh' (n − h) z (1 − z), da_n = dh' z (1 − n²), and
 * dh' (1 − z) for what skips the gates.
 */
function updateStateBackward(kept: LayerActivations, scratch: LayerGradients, { row, before, count }: FrameRows): void {
  const gates = kept.gates.values;
  const states = kept.states.values;
  const { dStates } = scratch;
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

/** From d(r ⊙ h) to da_r = d(r ⊙ h) h r (1 − r), and its part of dh. */
function resetBeforeBackward(kept: LayerActivations, scratch: LayerGradients, { row, before, count }: FrameRows): void {
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

/** With q = W·h + b': from da_n to da_r = da_n q r (1 − r), and to dq = da_n r. */
function resetAfterBackward(kept: LayerActivations, scratch: LayerGradients, { row, count }: FrameRows): void {
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

export const gruResetBeforeSteps: CellSteps = {
  gateCandidate: resetBeforeProduct,
  updateState,
  updateStateBackward,
  gateCandidateBackward: resetBeforeBackward,
};

export const gruResetAfterSteps: CellSteps = {
  gateCandidate: resetAfterProduct,
  updateState,
  updateStateBackward,
  gateCandidateBackward: resetAfterBackward,
};
