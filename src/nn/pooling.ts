import type { Matrix } from './matrix.ts';
import type { NetworkShape } from './network.ts';
import type { Packing } from './packing.ts';

/**
 * What the head sees of each sequence: the state after its last frame, or the mean of its states over all its frames.
 *
 * @param states `[rows, H]`, after each frame
 * @param pooled `[B, H]`, in the batch's own order; overwritten
 */
export function poolStates(pooling: NetworkShape['pooling'], states: Matrix, packing: Packing, pooled: Matrix): void {
  const H = pooled.columns;
  packing.order.forEach((sequence, place) => {
    const length = packing.lengths[place]!;
    const to = sequence * H;
    const out = pooled.values;
    out.fill(0, to, to + H);
    for (let t = pooling === 'last' ? length - 1 : 0; t < length; t++) {
      const from = states.start + (packing.frameStart[t]! + place) * H;
      for (let j = 0; j < H; j++) out[to + j] = out[to + j]! + states.values[from + j]!;
    }
    if (pooling === 'mean') for (let j = 0; j < H; j++) out[to + j] = out[to + j]! / length;
  });
}

/**
 * The derivative of `poolStates`.
 *
 * @param dPooled `[B, H]`
 * @param dStates `[rows, H]`, zeros; the gradient is added
 */
export function poolStatesBackward(
  pooling: NetworkShape['pooling'],
  dPooled: Matrix,
  packing: Packing,
  dStates: Matrix,
): void {
  const H = dPooled.columns;
  packing.order.forEach((sequence, place) => {
    const length = packing.lengths[place]!;
    const share = pooling === 'mean' ? 1 / length : 1;
    for (let t = pooling === 'last' ? length - 1 : 0; t < length; t++) {
      const to = (packing.frameStart[t]! + place) * H;
      for (let j = 0; j < H; j++)
        dStates.values[to + j] = dStates.values[to + j]! + share * dPooled.values[sequence * H + j]!;
    }
  });
}
