import { describe, expect, it } from 'vitest';
import { createDropoutMasks, drawDropoutMasks } from '../../src/nn/dropout.ts';
import type { NetworkShape } from '../../src/nn/network.ts';
import { packSequences } from '../../src/nn/packing.ts';
import { createRandom } from '../../src/random.ts';

const shape: NetworkShape = {
  inputSize: 1,
  hiddenSize: 50,
  layerCount: 3,
  classCount: 2,
  cell: 'gru',
  pooling: 'last',
};

function draw(lengths: readonly number[], share: number) {
  const packing = packSequences(Int32Array.from(lengths));
  const masks = createDropoutMasks(shape, packing.rowCount, packing.sequenceCount);
  drawDropoutMasks(shape.pooling, masks, packing, share, createRandom(1, 'dropout step 1'));
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
    // The first sequence is packed second, and its masks are still the first ones drawn.
    const alone = draw([1], 0.5);
    const packedLast = draw([1, 3], 0.5);
    expect(packedLast.between[0]!.values.slice(50, 100)).toEqual(alone.between[0]!.values);
    expect(packedLast.head.values.slice(0, 50)).toEqual(alone.head.values);
  });
});
