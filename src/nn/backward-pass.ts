import { attendBackward, type AttentionScratch } from './attention.ts';
import { cellOf } from './cells/cell.ts';
import { createLayerGradients, type LayerGradients } from './cells/layer-buffers.ts';
import type { NetworkActivations } from './forward-pass.ts';
import { layerBackward } from './layer-backward.ts';
import {
  addProduct,
  addRowSum,
  addTransposedProduct,
  clearRows,
  createMatrix,
  multiplyElements,
  type Matrix,
} from './matrix.ts';
import type { NetworkShape } from './network.ts';
import { statesAfterFrames, type Packing } from './packing.ts';
import { pooledCount, poolStatesBackward } from './pooling.ts';
import type { NetworkTensors, NetworkWeights } from './tensors.ts';

/** Room for the backward pass of a network. */
export interface BackwardScratch {
  readonly rowCapacity: number;
  readonly sequenceCapacity: number;
  /** `[B, C]`, without pooling `[rows, C]` */
  readonly dLogits: Matrix;
  /** `[B, H]`, without pooling `[rows, H]` */
  readonly dPooled: Matrix;
  readonly attention: AttentionScratch;
  /** `[rows, H]`: gradients of the states of the layer at hand, and of the one below it */
  readonly dStates: readonly [Matrix, Matrix];
  /** `[rows, I]` */
  readonly dFrames: Matrix;
  readonly layer: LayerGradients;
}

/** `current` if activations of that size fit, else room that does. */
export function backwardScratchFor(
  current: BackwardScratch | undefined,
  shape: NetworkShape,
  { rowCapacity, sequenceCapacity }: NetworkActivations,
): BackwardScratch {
  if (current?.rowCapacity === rowCapacity && current.sequenceCapacity === sequenceCapacity) return current;
  const H = shape.hiddenSize;
  const pooled = shape.pooling === 'none' ? rowCapacity : sequenceCapacity;
  return {
    rowCapacity,
    sequenceCapacity,
    dLogits: createMatrix(pooled, shape.classCount),
    dPooled: createMatrix(pooled, H),
    attention: { dQueries: createMatrix(pooled, H), dAsking: createMatrix(pooled, H) },
    dStates: [createMatrix(rowCapacity, H), createMatrix(rowCapacity, H)],
    dFrames: createMatrix(rowCapacity, shape.inputSize),
    layer: createLayerGradients(cellOf(shape), rowCapacity, sequenceCapacity, H),
  };
}

/**
 * The derivative of `forwardPass`: from `scratch.dLogits` to the gradients of all parameters, which are added to
 * `gradients`, and of the features, which replace `scratch.dFrames` where `wantFrames` asks for them.
 */
export function backwardPass(
  weights: NetworkWeights,
  shape: NetworkShape,
  packing: Packing,
  kept: NetworkActivations,
  truncateFrames: number,
  scratch: BackwardScratch,
  gradients: NetworkTensors,
  wantFrames: boolean,
): void {
  const { rowCount } = packing;
  const pooled = pooledCount(shape.pooling, packing);
  const { dLogits, dPooled, dFrames } = scratch;
  addRowSum(gradients.headBias, dLogits, pooled);
  addTransposedProduct(gradients.headWeights, dLogits, 0, kept.pooled, 0, pooled);
  clearRows(dPooled, pooled);
  addProduct(dPooled, 0, dLogits, 0, weights.headWeights, pooled);
  if (kept.dropout) multiplyElements(dPooled, dPooled, kept.dropout.masks.head, pooled);

  let [dStates, dBelow] = scratch.dStates;
  clearRows(dStates, rowCount);
  if (kept.attention) {
    const states = statesAfterFrames(kept.layers.at(-1)!.states, packing);
    const { attention } = weights;
    const dAttention = gradients.attention!;
    attendBackward(attention!, states, packing, kept.attention, dPooled, scratch.attention, dAttention, dStates);
  } else poolStatesBackward(shape.pooling, dPooled, packing, dStates);
  for (let index = shape.layerCount - 1; index >= 0; index--) {
    const dInputs = index > 0 ? dBelow : wantFrames ? dFrames : undefined;
    if (dInputs) clearRows(dInputs, rowCount);
    layerBackward(
      weights.layers[index]!,
      packing,
      kept.layers[index]!,
      dStates,
      truncateFrames,
      scratch.layer,
      gradients.layers[index]!,
      dInputs,
    );
    const mask = kept.dropout?.masks.between[index - 1];
    if (mask) multiplyElements(dBelow, dBelow, mask, rowCount);
    [dStates, dBelow] = [dBelow, dStates];
  }
}
