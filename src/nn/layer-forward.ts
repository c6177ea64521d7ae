import type { LayerActivations } from './cells/layer-buffers.ts';
import { CELL_STEPS } from './cells/steps.ts';
import { addProduct, fillRows, type Matrix } from './matrix.ts';
import { frameRows, type Packing } from './packing.ts';
import type { LayerWeights } from './tensors.ts';

/**
 * One recurrent layer over a packed batch: the matrix products that every cell has, and between them what its own steps do
 * (see `cells/`).
 *
 * @param inputs `[rows, D]`
 * @param kept its initial states are read, all else is written
 */
export function layerForward(weights: LayerWeights, inputs: Matrix, packing: Packing, kept: LayerActivations): void {
  const { cell } = weights;
  const steps = CELL_STEPS[cell.name];
  kept.inputs = inputs;
  // What does not wait for a state is one large product over all frames.
  fillRows(kept.gates, 0, weights.bias, packing.rowCount);
  addProduct(kept.gates, 0, inputs, 0, weights.inputWeightsT, packing.rowCount);
  const scaled = cell.candidateSees === 'scaled';
  if (scaled) fillRows(kept.recurrent, 0, weights.recurrentBias, packing.rowCount);
  for (let t = 0; t < packing.frameCount; t++) {
    const frame = frameRows(packing, t);
    const { row, before, count } = frame;
    addProduct(kept.direct, row, kept.states, before, weights.directWeightsT, count);
    if (scaled) addProduct(kept.recurrent, row, kept.states, before, weights.candidateWeightsT, count);
    steps.gateCandidate?.(kept, frame);
    if (cell.candidateSees === 'gated')
      addProduct(kept.candidate, row, kept.recurrent, row, weights.candidateWeightsT, count);
    steps.updateState(kept, frame);
  }
}
