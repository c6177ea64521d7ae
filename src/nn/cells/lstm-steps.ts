import type { LayerActivations, LayerGradients } from './layer-buffers.ts';
import { sigmoid } from './sigmoid.ts';
import type { CellSteps, FrameRows } from './steps.ts';

// The LSTM (Hochreiter & Schmidhuber 1997, with the forget gate of Gers et al. 2000), gates stacked i, f, n, o:
//
//     i, f, o = σ(W·[h, x] + b)      n = tanh(W_n·[h, x] + b_n)      c' = f ⊙ c + i ⊙ n      h' = o ⊙ tanh(c')

function updateState(kept: LayerActivations, { row, before, after, count }: FrameRows): void {
  const gates = kept.gates.values;
  const states = kept.states.values;
  const memory = kept.memory.values;
  const H = kept.states.columns;
  for (let m = 0; m < count; m++) {
    const g = (row + m) * 4 * H;
    const from = (before + m) * H;
    const to = (after + m) * H;
    for (let j = 0; j < H; j++) {
      const i = sigmoid(gates[g + j]!);
      const f = sigmoid(gates[g + H + j]!);
      const n = Math.tanh(gates[g + 2 * H + j]!);
      const o = sigmoid(gates[g + 3 * H + j]!);
      gates[g + j] = i;
      gates[g + H + j] = f;
      gates[g + 2 * H + j] = n;
      gates[g + 3 * H + j] = o;
      const c = f * memory[from + j]! + i * n;
      memory[to + j] = c;
      states[to + j] = o * Math.tanh(c);
    }
  }
}

/**
 * With s = tanh(c'), and ⊙ left out: dc' = dh' o (1 − s²) + what is carried, da_o = dh' s o (1 − o), da_i = dc' n i (1 − i),
 * da_f = dc' c f (1 − f), da_n = dc' i (1 − n²), dc = dc' f.
 */
function updateStateBackward(
  kept: LayerActivations,
  scratch: LayerGradients,
  { row, before, after, count }: FrameRows,
): void {
  const gates = kept.gates.values;
  const memory = kept.memory.values;
  const { dStates } = scratch;
  const dGates = scratch.dGates.values;
  const dCarried = scratch.dCarried.values;
  const dMemory = scratch.dMemory.values;
  const H = kept.states.columns;
  for (let m = 0; m < count; m++) {
    const g = (row + m) * 4 * H;
    const from = (before + m) * H;
    const to = (after + m) * H;
    const above = dStates.start + (row + m) * dStates.rowStride;
    for (let j = 0; j < H; j++) {
      const i = gates[g + j]!;
      const f = gates[g + H + j]!;
      const n = gates[g + 2 * H + j]!;
      const o = gates[g + 3 * H + j]!;
      const s = Math.tanh(memory[to + j]!);
      const dh = dStates.values[above + j]! + dCarried[m * H + j]!;
      const dc = dMemory[m * H + j]! + dh * o * (1 - s * s);
      dGates[g + j] = dc * n * i * (1 - i);
      dGates[g + H + j] = dc * memory[from + j]! * f * (1 - f);
      dGates[g + 2 * H + j] = dc * i * (1 - n * n);
      dGates[g + 3 * H + j] = dh * s * o * (1 - o);
      dMemory[m * H + j] = dc * f;
      dCarried[m * H + j] = 0;
    }
  }
}

export const lstmSteps: CellSteps = { updateState, updateStateBackward };
