import { attend, attentionForm, createAttentionActivations, type AttentionActivations } from './attention.ts';
import { cellOf } from './cells/cell.ts';
import { createLayerActivations, type LayerActivations } from './cells/layer-buffers.ts';
import { createDropoutMasks, type DropoutMasks } from './dropout.ts';
import { layerForward } from './layer-forward.ts';
import { addProduct, clearRows, createMatrix, fillRows, multiplyElements, type Matrix } from './matrix.ts';
import type { NetworkShape } from './network.ts';
import { statesAfterFrames, type Packing } from './packing.ts';
import { pooledCount, poolStates } from './pooling.ts';
import type { NetworkWeights } from './tensors.ts';

/** Everything that the forward pass of a network computes, with room for batches up to a certain size. */
export interface NetworkActivations {
  readonly rowCapacity: number;
  readonly sequenceCapacity: number;
  /** `[rows, I]`, the packed features */
  readonly frames: Matrix;
  readonly layers: readonly LayerActivations[];
  /** Where the network attends to its states. */
  readonly attention: AttentionActivations | undefined;
  /** `[B, H]`, in the batch's order, or without pooling `[rows, H]`, packed; with dropout, what was left of it */
  readonly pooled: Matrix;
  /** `[B, C]` or `[rows, C]`, as `pooled` */
  readonly logits: Matrix;
  /** With dropout: this step's masks, and room for the masked states `[rows, H]`. */
  readonly dropout: { readonly masks: DropoutMasks; readonly masked: readonly Matrix[] } | undefined;
}

/** `current` if the batch fits into it, else room that it fits into. */
export function activationsFor(
  current: NetworkActivations | undefined,
  shape: NetworkShape,
  packing: Packing,
  withDropout: boolean,
): NetworkActivations {
  if (current && packing.rowCount <= current.rowCapacity && packing.sequenceCount <= current.sequenceCapacity)
    return current;
  const rows = Math.max(packing.rowCount, current?.rowCapacity ?? 0);
  const sequences = Math.max(packing.sequenceCount, current?.sequenceCapacity ?? 0);
  const { hiddenSize, layerCount } = shape;
  const cell = cellOf(shape);
  const pooled = shape.pooling === 'none' ? rows : sequences;
  const attention = attentionForm(shape);
  return {
    rowCapacity: rows,
    sequenceCapacity: sequences,
    frames: createMatrix(rows, shape.inputSize),
    layers: Array.from({ length: layerCount }, () => createLayerActivations(cell, rows, sequences, hiddenSize)),
    attention: attention && createAttentionActivations(attention, rows, sequences, hiddenSize),
    pooled: createMatrix(pooled, hiddenSize),
    logits: createMatrix(pooled, shape.classCount),
    dropout: withDropout
      ? {
          masks: createDropoutMasks(shape, rows, sequences),
          masked: Array.from({ length: layerCount - 1 }, () => createMatrix(rows, hiddenSize)),
        }
      : undefined,
  };
}

/** State and memory before the first frame are zero. */
export function clearInitialStates(kept: NetworkActivations, packing: Packing): void {
  for (const { states, memory } of kept.layers) {
    clearRows(states, packing.sequenceCount);
    if (memory.values.length > 0) clearRows(memory, packing.sequenceCount);
  }
}

/** The recurrent layers over `kept.frames`, from the initial states in `kept`. @see layerForward */
export function runLayers(weights: NetworkWeights, packing: Packing, kept: NetworkActivations): void {
  let inputs = kept.frames;
  kept.layers.forEach((layer, index) => {
    layerForward(weights.layers[index]!, inputs, packing, layer);
    inputs = statesAfterFrames(layer.states, packing);
    const mask = kept.dropout?.masks.between[index];
    if (mask) {
      const masked = kept.dropout!.masked[index]!;
      multiplyElements(masked, inputs, mask, packing.rowCount);
      inputs = masked;
    }
  });
}

/** From packed features in `kept.frames` to logits in `kept.logits`. */
export function forwardPass(
  weights: NetworkWeights,
  shape: NetworkShape,
  packing: Packing,
  kept: NetworkActivations,
): void {
  clearInitialStates(kept, packing);
  runLayers(weights, packing, kept);
  const states = statesAfterFrames(kept.layers.at(-1)!.states, packing);
  if (kept.attention) attend(weights.attention!, weights.queryWeightsT, states, packing, kept.attention, kept.pooled);
  else poolStates(shape.pooling, states, packing, kept.pooled);
  const pooled = pooledCount(shape.pooling, packing);
  if (kept.dropout) multiplyElements(kept.pooled, kept.pooled, kept.dropout.masks.head, pooled);
  headForward(weights, kept.pooled, kept.logits, pooled);
}

/** The dense head: `logits [rows, C] = pooled [rows, H] · Wᵀ + b`. */
export function headForward(weights: NetworkWeights, pooled: Matrix, logits: Matrix, rows: number): void {
  fillRows(logits, 0, weights.headBias, rows);
  addProduct(logits, 0, pooled, 0, weights.headWeightsT, rows);
}
