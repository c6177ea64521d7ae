import { describe, expect, it } from 'vitest';
import type { Figure } from '../../../src/lab/report/figure.ts';
import { overSeeds } from '../../../src/lab/report/over-seeds.ts';

describe('a protocol over seeds', () => {
  it('has the mean, and the values of the seeds in their order, of what differs', async () => {
    const run = (seed: number): Promise<Figure[]> =>
      Promise.resolve([
        { id: 'lost', what: 'lost', value: [0.5, 0.25, 1][seed]!, unit: 'points', atMost: 1 },
        { id: 'before', what: 'before', value: 95, unit: '%' },
      ]);
    expect(await overSeeds([2, 0, 1], run)).toEqual([
      { id: 'lost', what: 'lost', value: 0.58, unit: 'points', atMost: 1, seeds: [1, 0.5, 0.25] },
      { id: 'before', what: 'before', value: 95, unit: '%' },
    ]);
  });
});
