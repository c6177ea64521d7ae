import { describe, expect, it } from 'vitest';
import { createMatrix } from '../../src/nn/matrix.ts';
import { packFrames, packSequences, runningAt, stateRow, unpackFrames } from '../../src/nn/packing.ts';

describe('packing sequences of 2, 4, 1 and 4 frames', () => {
  const packing = packSequences(Int32Array.of(2, 4, 1, 4));

  it('puts the longest first and keeps equals in order', () => {
    expect([...packing.order]).toEqual([1, 3, 0, 2]);
  });

  it('holds every frame once and no padding', () => {
    expect(packing.rowCount).toBe(11);
    expect([0, 1, 2, 3].map((t) => runningAt(packing, t))).toEqual([4, 3, 2, 2]);
    expect([...packing.frameStart]).toEqual([0, 4, 7, 9, 11]);
  });

  it('finds the states before a frame behind the four initial ones', () => {
    expect([0, 1, 2, 3, 4].map((t) => stateRow(packing, t))).toEqual([0, 4, 8, 11, 13]);
  });

  it('gives back the frames it was given, with zeros for padding', () => {
    const frameCount = 5;
    const inputs = Float32Array.from({ length: 4 * frameCount * 2 }, (_, i) => i + 1);
    const rows = createMatrix(packing.rowCount, 2);
    packFrames(rows, { inputs, lengths: Int32Array.of(2, 4, 1, 4), frameCount }, packing);
    expect([...rows.values.slice(0, 8)]).toEqual([11, 12, 31, 32, 1, 2, 21, 22]);
    const back = unpackFrames(rows, packing, frameCount);
    const lengths = [2, 4, 1, 4];
    const kept = inputs.map((value, i) => (Math.floor(i / 2) % frameCount < lengths[Math.floor(i / 10)]! ? value : 0));
    expect([...back]).toEqual([...kept]);
  });
});
