import type { Random } from '../random.ts';
import { createMatrix, type Matrix } from './matrix.ts';
import type { NetworkShape } from './network.ts';
import type { Packing } from './packing.ts';

/**
 * Masks of inverted dropout (Srivastava et al. 2014): each number is 0 with the probability `share`, else
 * 1 / (1 − share), so that expectations stay as they are and recognition needs no scaling.
 */
export interface DropoutMasks {
  /** `[rows, H]` for the states that each layer but the last hands up */
  readonly between: readonly Matrix[];
  /** `[B, H]` for the pooled states, in the batch's order; without pooling `[rows, H]`, packed */
  readonly head: Matrix;
}

export function createDropoutMasks(shape: NetworkShape, rows: number, sequences: number): DropoutMasks {
  return {
    between: Array.from({ length: shape.layerCount - 1 }, () => createMatrix(rows, shape.hiddenSize)),
    head: createMatrix(shape.pooling === 'none' ? rows : sequences, shape.hiddenSize),
  };
}

/**
 * Draws fresh masks. The order is a sequence's own — layer by layer, frame by frame, unit by unit, then the head's — so
 * that a backend that splits or arranges the batch otherwise can draw the same.
 */
export function drawDropoutMasks(
  pooling: NetworkShape['pooling'],
  masks: DropoutMasks,
  packing: Packing,
  share: number,
  random: Random,
): void {
  const kept = 1 / (1 - share);
  const draw = (mask: Matrix, row: number): void => {
    const start = row * mask.rowStride;
    for (let j = 0; j < mask.columns; j++) mask.values[start + j] = random.next() < share ? 0 : kept;
  };
  const places = new Int32Array(packing.sequenceCount);
  packing.order.forEach((sequence, place) => (places[sequence] = place));
  places.forEach((place, sequence) => {
    const perFrame = pooling === 'none' ? [...masks.between, masks.head] : masks.between;
    for (const mask of perFrame)
      for (let t = 0; t < packing.lengths[place]!; t++) draw(mask, packing.frameStart[t]! + place);
    if (pooling !== 'none') draw(masks.head, sequence);
  });
}
