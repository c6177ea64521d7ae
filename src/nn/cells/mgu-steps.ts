import { resetBeforeProduct } from './gru-steps.ts';
import type { LayerActivations, LayerGradients } from './layer-buffers.ts';
import type { CellSteps, FrameRows } from './steps.ts';

// The minimal gated unit (Zhou et al. 2016, eqs. 5–7): one gate f is the GRU's reset and update gate at once. Stacked f, n:
//
//     f = σ(W_f·[h, x] + b_f)      n = tanh(W_n·[f ⊙ h, x] + b_n)      h' = (1 − f) ⊙ h + f ⊙ n

function updateState(kept: LayerActivations, { row, before, after, count }: FrameRows): void {
  const gates = kept.gates.values;
  const states = kept.states.values;
  const H = kept.states.columns;
  for (let m = 0; m < count; m++) {
    const g = (row + m) * 2 * H;
    const from = (before + m) * H;
    const to = (after + m) * H;
    for (let j = 0; j < H; j++) {
      const f = gates[g + j]!;
      const n = Math.tanh(gates[g + H + j]!);
      gates[g + H + j] = n;
      states[to + j] = (1 - f) * states[from + j]! + f * n;
    }
  }
}

/** da_n = dh' f (1 − n²), dh' (1 − f) for what skips the gates, and of da_f the part that the update makes: dh' (n − h) f (1 − f). */
function updateStateBackward(kept: LayerActivations, scratch: LayerGradients, { row, before, count }: FrameRows): void {
  const gates = kept.gates.values;
  const states = kept.states.values;
  const { dStates } = scratch;
  const dGates = scratch.dGates.values;
  const dCarried = scratch.dCarried.values;
  const H = kept.states.columns;
  for (let m = 0; m < count; m++) {
    const g = (row + m) * 2 * H;
    const from = (before + m) * H;
    const above = dStates.start + (row + m) * dStates.rowStride;
    for (let j = 0; j < H; j++) {
      const f = gates[g + j]!;
      const n = gates[g + H + j]!;
      const dh = dStates.values[above + j]! + dCarried[m * H + j]!;
      dGates[g + j] = dh * (n - states[from + j]!) * f * (1 - f);
      dGates[g + H + j] = dh * f * (1 - n * n);
      dCarried[m * H + j] = dh * (1 - f);
    }
  }
}

/** From d(f ⊙ h): the candidate's part of da_f, d(f ⊙ h) h f (1 − f), and its part of dh. */
function gateCandidateBackward(
  kept: LayerActivations,
  scratch: LayerGradients,
  { row, before, count }: FrameRows,
): void {
  const gates = kept.gates.values;
  const states = kept.states.values;
  const { dGates, dRecurrent, dCarried } = scratch;
  const H = kept.states.columns;
  for (let m = 0; m < count; m++) {
    const g = (row + m) * 2 * H;
    const from = (before + m) * H;
    const q = (row + m) * H;
    for (let j = 0; j < H; j++) {
      const f = gates[g + j]!;
      const dGated = dRecurrent.values[q + j]!;
      dGates.values[g + j] = dGates.values[g + j]! + dGated * states[from + j]! * f * (1 - f);
      dCarried.values[m * H + j] = dCarried.values[m * H + j]! + dGated * f;
    }
  }
}

export const mguSteps: CellSteps = {
  gateCandidate: resetBeforeProduct,
  updateState,
  updateStateBackward,
  gateCandidateBackward,
};
