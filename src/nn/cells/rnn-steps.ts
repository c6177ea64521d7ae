import type { LayerActivations, LayerGradients } from './layer-buffers.ts';
import type { CellSteps, FrameRows } from './steps.ts';

// The simple recurrent cell (Elman 1990): h' = tanh(W·[h, x] + b).

function updateState(kept: LayerActivations, { row, after, count }: FrameRows): void {
  const gates = kept.gates.values;
  const states = kept.states.values;
  const H = kept.states.columns;
  for (let i = 0; i < count * H; i++) {
    const n = Math.tanh(gates[row * H + i]!);
    gates[row * H + i] = n;
    states[after * H + i] = n;
  }
}

/** da = dh' (1 − n²); nothing reaches the old state but through the product. */
function updateStateBackward(kept: LayerActivations, scratch: LayerGradients, { row, count }: FrameRows): void {
  const gates = kept.gates.values;
  const { dStates } = scratch;
  const dGates = scratch.dGates.values;
  const dCarried = scratch.dCarried.values;
  const H = kept.states.columns;
  for (let m = 0; m < count; m++) {
    const g = (row + m) * H;
    const above = dStates.start + (row + m) * dStates.rowStride;
    for (let j = 0; j < H; j++) {
      const n = gates[g + j]!;
      dGates[g + j] = (dStates.values[above + j]! + dCarried[m * H + j]!) * (1 - n * n);
      dCarried[m * H + j] = 0;
    }
  }
}

export const rnnSteps: CellSteps = { updateState, updateStateBackward };
