import type { LayerActivations, LayerGradients } from './cells/layer-buffers.ts';
import { CELL_STEPS } from './cells/steps.ts';
import { addProduct, addRowSum, addTransposedProduct, clearRows, rowsFrom, type Matrix } from './matrix.ts';
import { frameRows, stateRow, type Packing } from './packing.ts';
import type { LayerTensors, LayerWeights } from './tensors.ts';

/**
 * Backpropagation through time (Werbos 1990) of one recurrent layer: the derivative of `layerForward`. Per frame, from the
 * last to the first, the cell's steps make the gradients da_g of its gates' sums out of that of the new state; that of the
 * old one then is what they leave and W_g,hᵀ·da_g for every gate.
 *
 * Gradients are added to `dWeights` and `dInputs`.
 *
 * @param kept as the forward pass left it
 * @param dStates `[rows, H]`, gradients of the states after each frame, from the layer above and the pooling
 * @param truncateFrames gradients do not cross frames at multiples of this; the states that do are constants
 * @param dInputs `[rows, D]`; undefined where nobody asks what the inputs should have been
 */
export function layerBackward(
  weights: LayerWeights,
  packing: Packing,
  kept: LayerActivations,
  dStates: Matrix,
  truncateFrames: number,
  scratch: LayerGradients,
  dWeights: LayerTensors,
  dInputs: Matrix | undefined,
): void {
  const { cell } = weights;
  const steps = CELL_STEPS[cell.name];
  const { dDirect, dRecurrent, dCandidate, dCarried, dMemory } = scratch;
  scratch.dStates = dStates;
  if (cell.candidateSees !== 'as-is') clearRows(dRecurrent, packing.rowCount);
  // Sequences that end earlier join on the way back with nothing carried from behind their end.
  clearRows(dCarried, packing.sequenceCount);
  if (cell.hasMemory) clearRows(dMemory, packing.sequenceCount);
  for (let t = packing.frameCount - 1; t >= 0; t--) {
    const frame = frameRows(packing, t);
    const { row, count } = frame;
    steps.updateStateBackward(kept, scratch, frame);
    if (cell.candidateSees === 'gated') addProduct(dRecurrent, row, dCandidate, row, weights.candidateWeights, count);
    steps.gateCandidateBackward?.(kept, scratch, frame);
    if (cell.candidateSees === 'scaled') addProduct(dCarried, 0, dRecurrent, row, weights.candidateWeights, count);
    addProduct(dCarried, 0, dDirect, row, weights.recurrentWeights, count);
    if (t % truncateFrames === 0) {
      clearRows(dCarried, count);
      if (cell.hasMemory) clearRows(dMemory, count);
    }
  }
  addWeightGradients(weights, packing, kept, scratch, dWeights);
  if (dInputs) addProduct(dInputs, 0, scratch.dGates, 0, weights.inputWeights, packing.rowCount);
}

/** Adds the gradients of the layer's parameters, over all frames at once. */
function addWeightGradients(
  { cell }: LayerWeights,
  packing: Packing,
  kept: LayerActivations,
  scratch: LayerGradients,
  dWeights: LayerTensors,
): void {
  const { dGates, dDirect, dCandidate, dRecurrent } = scratch;
  const { inputs, states, recurrent } = kept;
  const rows = packing.rowCount;
  const scaled = cell.candidateSees === 'scaled';
  addRowSum(dWeights.bias, dGates, rows);
  addTransposedProduct(dWeights.inputWeights, dGates, 0, inputs, 0, rows);
  const dCandidateWeights = rowsFrom(dWeights.recurrentWeights, dDirect.columns);
  if (scaled) addRowSum(dWeights.recurrentBias, dRecurrent, rows);
  else if (cell.candidateSees === 'gated') addTransposedProduct(dCandidateWeights, dCandidate, 0, recurrent, 0, rows);
  // A frame's rows and the states before it lie equally far apart from frame to frame, until a sequence has ended.
  const shift = (t: number): number => stateRow(packing, t) - packing.frameStart[t]!;
  let next: number;
  for (let t = 0; t < packing.frameCount; t = next) {
    next = t + 1;
    while (next < packing.frameCount && shift(next) === shift(t)) next++;
    const row = packing.frameStart[t]!;
    const before = stateRow(packing, t);
    const span = packing.frameStart[next]! - row;
    addTransposedProduct(dWeights.recurrentWeights, dDirect, row, states, before, span);
    if (scaled) addTransposedProduct(dCandidateWeights, dRecurrent, row, states, before, span);
  }
}
