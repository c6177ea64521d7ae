import { createRandom, indexedBits } from '../random.ts';
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

/** The key of the masks of one training step, 32 bits: the same step of the same run drops the same units. */
export function dropoutKey(seed: number, step: number): number {
  return createRandom(seed, `dropout step ${step}`).integer(2 ** 32);
}

/**
 * Draws fresh masks. Whether a unit drops is a hash of where it is (sequence of the batch, layer, frame, unit; the head's
 * mask counts as one more layer's, of frame 0 or, without pooling, of all), so that a backend that splits or arranges the batch otherwise draws the
 * same, and any part of a mask alone.
 *
 * @param key  from `dropoutKey`
 * @param from  the number in the batch of the packing's first sequence
 */
export function drawDropoutMasks(
  pooling: NetworkShape['pooling'],
  masks: DropoutMasks,
  packing: Packing,
  share: number,
  key: number,
  from: number,
): void {
  const kept = 1 / (1 - share);
  // The native core holds the share in 32 bits, and both must drop the same units.
  const limit = Math.floor(Math.fround(share) * 2 ** 32);
  const draw = (mask: Matrix, row: number, rowKey: number): void => {
    const start = row * mask.rowStride;
    for (let j = 0; j < mask.columns; j++) mask.values[start + j] = indexedBits(rowKey, j) < limit ? 0 : kept;
  };
  packing.order.forEach((sequence, place) => {
    const sequenceKey = indexedBits(key, from + sequence);
    const perFrame = pooling === 'none' ? [...masks.between, masks.head] : masks.between;
    perFrame.forEach((mask, layer) => {
      const layerKey = indexedBits(sequenceKey, layer);
      for (let t = 0; t < packing.lengths[place]!; t++)
        draw(mask, packing.frameStart[t]! + place, indexedBits(layerKey, t));
    });
    if (pooling !== 'none') draw(masks.head, sequence, indexedBits(indexedBits(sequenceKey, masks.between.length), 0));
  });
}
