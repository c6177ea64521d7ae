import { describe, expect, it } from 'vitest';
import { equalShapes } from '../../../src/lab/compare/equal-sizes.ts';
import { CELL_NAMES } from '../../../src/nn/cells/cell.ts';

describe('networks of equal size', () => {
  it('have within three per cent of the parameters of the GRU, whose own units stay', () => {
    const base = { inputSize: 40, hiddenSize: 64, layerCount: 2, classCount: 10, pooling: 'mean' as const };
    const sized = equalShapes(CELL_NAMES, base);
    const gru = sized.find(({ shape }) => shape.cell === 'gru')!;
    expect(gru.shape.hiddenSize).toBe(64);
    for (const { parameters } of sized) expect(Math.abs(parameters / gru.parameters - 1)).toBeLessThan(0.03);
    const units = (cell: string): number => sized.find(({ shape }) => shape.cell === cell)!.shape.hiddenSize;
    expect(
      [units('rnn'), units('mgu'), units('gru'), units('lstm')].every((n, i, all) => i === 0 || n < all[i - 1]!),
    ).toBe(true);
  });
});
