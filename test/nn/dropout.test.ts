import { describe, expect, it } from 'vitest';
import { createDropoutMasks, drawDropoutMasks, dropoutKey } from '../../src/nn/dropout.ts';
import type { NetworkShape } from '../../src/nn/network.ts';
import { packSequences } from '../../src/nn/packing.ts';

const shape: NetworkShape = {
  inputSize: 1,
  hiddenSize: 50,
  layerCount: 3,
  classCount: 2,
  cell: 'gru',
  pooling: 'last',
};

function draw(lengths: readonly number[], share: number, step = 1, from = 0) {
  const packing = packSequences(Int32Array.from(lengths));
  const masks = createDropoutMasks(shape, packing.rowCount, packing.sequenceCount);
  drawDropoutMasks(shape.pooling, masks, packing, share, dropoutKey(1, step), from);
  return masks;
}

describe('dropout masks', () => {
  it('are 0 for the given share and make up for it elsewhere', () => {
    const { values } = draw([40, 40], 0.25).between[0]!;
    expect(new Set(values)).toEqual(new Set([0, 1 / 0.75]));
    expect(values.filter((value) => value === 0).length / values.length).toBeCloseTo(0.25, 1);
    expect(values.reduce((sum, value) => sum + value, 0) / values.length).toBeCloseTo(1, 1);
  });

  it('differ from layer to layer and from frame to frame', () => {
    const { between } = draw([2], 0.5);
    expect(between).toHaveLength(2);
    expect(between[0]!.values).not.toEqual(between[1]!.values);
    expect(between[0]!.values.slice(0, 50)).not.toEqual(between[0]!.values.slice(50));
  });

  it('are a sequence’s own in the order of the batch, however it is packed', () => {
    // The first sequence is packed second, and its masks are still the first ones.
    const alone = draw([1], 0.5);
    const packedLast = draw([1, 3], 0.5);
    expect(packedLast.between[0]!.values.slice(50, 100)).toEqual(alone.between[0]!.values);
    expect(packedLast.head.values.slice(0, 50)).toEqual(alone.head.values);
  });

  it('are the same for a part of the batch as for all of it', () => {
    const whole = draw([2, 2, 2], 0.5);
    expect(draw([2], 0.5, 1, 2).head.values).toEqual(whole.head.values.slice(100));
  });

  it('differ from step to step and from sequence to sequence', () => {
    const { head } = draw([1, 1], 0.5);
    expect(head.values.slice(0, 50)).not.toEqual(head.values.slice(50));
    expect(draw([1, 1], 0.5, 2).head.values).not.toEqual(head.values);
  });

  it('drop neighbours independently of each other', () => {
    const { values } = draw([200], 0.5).between[0]!;
    const agree = (distance: number): number =>
      values.slice(distance).filter((value, i) => value === values[i]).length / (values.length - distance);
    // Next unit, next frame, the frame after: of 10,000 pairs half agree, give or take three deviations.
    for (const distance of [1, 2, 50, 100]) expect(Math.abs(agree(distance) - 0.5)).toBeLessThan(0.015);
  });
});
