import { describe, expect, it } from 'vitest';
import { measureReach } from '../../../src/lab/compare/gradient-reach.ts';
import { createReferenceBackend } from '../../../src/nn/reference-backend.ts';

const settings = { hidden: 8, frames: 40, steps: 3, learningRate: 0.003, clipNorm: 0.01, seed: 1 };
const never = { aborted: false };

describe('the reach of gradients', () => {
  it('is longer in a GRU, which keeps its state, than in a simple recurrent network', async () => {
    const reach = await measureReach({ ...settings, cells: ['rnn', 'gru'] }, createReferenceBackend(), never);
    expect(reach.map(({ cell, clipped }) => [cell, clipped])).toEqual([
      ['rnn', true],
      ['rnn', false],
      ['gru', true],
      ['gru', false],
    ]);
    const left = (index: number): number => reach[index]!.normsBefore.at(-1)! / reach[index]!.normsBefore[0]!;
    expect(reach.every(({ normsBefore, updateNorms }) => normsBefore.length === 40 && updateNorms.length === 3)).toBe(
      true,
    );
    for (const { normsBefore } of reach) expect(normsBefore.every((norm) => norm > 0)).toBe(true);
    expect(left(0)).not.toBe(left(2));
    // Clipping changes what is learned, not what was there before.
    expect(reach[0]!.normsBefore).toEqual(reach[1]!.normsBefore);
    expect(reach[0]!.normsAfter).not.toEqual(reach[1]!.normsAfter);
  });

  it('is told of a training that diverges up to where it did', async () => {
    const [one] = await measureReach(
      { ...settings, cells: ['gru'], learningRate: 1e300 },
      createReferenceBackend(),
      never,
    );
    expect(one).toMatchObject({ diverged: true, normsAfter: [] });
    expect(one!.updateNorms.length).toBeLessThan(3);
  });
});
