import type { Matrix } from './matrix.ts';
import type { NetworkShape } from './network.ts';
import type { Packing } from './packing.ts';

/** How many states the head sees of a batch: one for each sequence, or without pooling one for each frame. */
export function pooledCount(pooling: NetworkShape['pooling'], packing: Packing): number {
  return pooling === 'none' ? packing.rowCount : packing.sequenceCount;
}

/**
 * Where each pooled state's answer lies among a batch's: `[pooled]`, with `answersPerSequence` answers for each sequence.
 *
 * @param from the batch's sequence that is the packing's first
 * @param frameCount T of the batch
 */
export function answerPlaces(
  pooling: NetworkShape['pooling'],
  packing: Packing,
  from: number,
  frameCount: number,
): Int32Array {
  if (pooling !== 'none') return Int32Array.from({ length: packing.sequenceCount }, (_, b) => from + b);
  const places = new Int32Array(packing.rowCount);
  packing.order.forEach((sequence, place) => {
    for (let t = 0; t < packing.lengths[place]!; t++)
      places[packing.frameStart[t]! + place] = (from + sequence) * frameCount + t;
  });
  return places;
}

/**
 * What the head sees of each sequence: the state after its last frame, the mean of its states over all its frames, or
 * without pooling all of them.
 *
 * @param states `[rows, H]`, after each frame
 * @param pooled `[B, H]`, in the batch's own order; without pooling `[rows, H]`, packed; overwritten
 */
export function poolStates(pooling: NetworkShape['pooling'], states: Matrix, packing: Packing, pooled: Matrix): void {
  const H = pooled.columns;
  if (pooling === 'none') {
    pooled.values.set(states.values.subarray(states.start, states.start + packing.rowCount * H));
    return;
  }
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
 * @param dPooled `[B, H]`, without pooling `[rows, H]`
 * @param dStates `[rows, H]`, zeros; the gradient is added
 */
export function poolStatesBackward(
  pooling: NetworkShape['pooling'],
  dPooled: Matrix,
  packing: Packing,
  dStates: Matrix,
): void {
  const H = dPooled.columns;
  if (pooling === 'none') {
    for (let i = 0; i < packing.rowCount * H; i++) dStates.values[i] = dStates.values[i]! + dPooled.values[i]!;
    return;
  }
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
