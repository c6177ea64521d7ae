import { rowsFrom, type Matrix } from './matrix.ts';
import type { FrameRows } from './cells/steps.ts';
import type { SequenceBatch } from './network.ts';

/**
 * How a batch of sequences of different lengths is laid out without padding: the frames of all sequences that have a
 * first frame, then all second frames, and so on, the longest sequence first. The sequences still running are then
 * always the first rows of a frame, every row is a real frame, and a finished sequence costs nothing: its state stays
 * where it was, and no gradient can come from padding, because there is none.
 *
 * (PyTorch's PackedSequence is laid out the same way.)
 */
export interface Packing {
  /** B */
  readonly sequenceCount: number;
  /** Frames of the longest sequence. */
  readonly frameCount: number;
  /** The sum of all lengths. */
  readonly rowCount: number;
  /** `[B]`: which sequence of the batch is at each place, longest first. */
  readonly order: Int32Array;
  /** `[B]`: lengths in that order. */
  readonly lengths: Int32Array;
  /** `[frames + 1]`: the row of each frame's first sequence; the last entry is the row count. */
  readonly frameStart: Int32Array;
}

/** Lays out sequences of the given lengths, all of them at least 1. */
export function packSequences(lengths: Int32Array): Packing {
  const sequenceCount = lengths.length;
  const order = Int32Array.from(lengths.keys()).sort((a, b) => lengths[b]! - lengths[a]! || a - b);
  const sorted = order.map((sequence) => lengths[sequence]!);
  const frameCount = sorted[0] ?? 0;
  const frameStart = new Int32Array(frameCount + 1);
  let running = sequenceCount;
  for (let t = 0; t < frameCount; t++) {
    while (sorted[running - 1]! <= t) running--;
    frameStart[t + 1] = frameStart[t]! + running;
  }
  return { sequenceCount, frameCount, rowCount: frameStart[frameCount]!, order, lengths: sorted, frameStart };
}

/** How many sequences have a frame t. */
export function runningAt(packing: Packing, t: number): number {
  return packing.frameStart[t + 1]! - packing.frameStart[t]!;
}

/**
 * Where the states before frame t begin in a buffer of states `[B + rows, H]`: it holds the initial states first, then
 * those after each frame, so that the state after t frames is h_t of the equations.
 */
export function stateRow(packing: Packing, t: number): number {
  return t === 0 ? 0 : packing.sequenceCount + packing.frameStart[t - 1]!;
}

/** Where frame t lies in a layer's buffers. */
export function frameRows(packing: Packing, t: number): FrameRows {
  return {
    row: packing.frameStart[t]!,
    before: stateRow(packing, t),
    after: stateRow(packing, t + 1),
    count: runningAt(packing, t),
  };
}

/** Copies a batch's frames `[B, T, I]` to packed rows `[rows, I]`. */
export function packFrames(out: Matrix, batch: SequenceBatch, packing: Packing): void {
  const size = out.columns;
  packing.order.forEach((sequence, place) => {
    for (let t = 0; t < packing.lengths[place]!; t++) {
      const from = (sequence * batch.frameCount + t) * size;
      const to = rowStart(out, packing.frameStart[t]! + place);
      for (let i = 0; i < size; i++) out.values[to + i] = batch.inputs[from + i]!;
    }
  });
}

/** Copies packed rows `[rows, I]` back to `[B, T, I]`; padding becomes zero. */
export function unpackFrames(rows: Matrix, packing: Packing, frameCount: number): Float64Array {
  const size = rows.columns;
  const frames = new Float64Array(packing.sequenceCount * frameCount * size);
  packing.order.forEach((sequence, place) => {
    for (let t = 0; t < packing.lengths[place]!; t++) {
      const from = rowStart(rows, packing.frameStart[t]! + place);
      frames.set(rows.values.subarray(from, from + size), (sequence * frameCount + t) * size);
    }
  });
  return frames;
}

/** The states after each frame as packed rows `[rows, H]`, without the initial ones. */
export function statesAfterFrames(states: Matrix, packing: Packing): Matrix {
  return rowsFrom(states, packing.sequenceCount);
}

function rowStart(matrix: Matrix, row: number): number {
  return matrix.start + row * matrix.rowStride;
}
