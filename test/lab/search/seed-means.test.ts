import { expect, it } from 'vitest';
import { seedMeans } from '../../../src/lab/search/seed-means.ts';
import { trialOf, type TrialRecord } from '../../../src/lab/search/trials.ts';

function ended(values: Record<string, number>, seed: number, accuracy: number): TrialRecord {
  const outcome = { status: 'finished', accuracy, loss: 0, bestEpoch: 1, bytes: 1, durationMs: 1 } as const;
  return { ...trialOf(values, 2, seed), outcome };
}

it('means are taken over the seeds of the same values, best first, without trials that did not finish', () => {
  const diverged = {
    ...trialOf({ hidden: 8, layers: 1 }, 2, 3),
    outcome: { status: 'diverged', message: 'no number', durationMs: 1 },
  } as const;
  const means = seedMeans([
    ended({ hidden: 8, layers: 1 }, 1, 0.5),
    ended({ layers: 1, hidden: 8 }, 2, 0.7),
    diverged,
    ended({ hidden: 16, layers: 1 }, 1, 0.9),
  ]);
  expect(means).toEqual([
    { values: { hidden: 16, layers: 1 }, seeds: 1, mean: 0.9, deviation: null },
    { values: { hidden: 8, layers: 1 }, seeds: 2, mean: 0.6, deviation: expect.closeTo(Math.sqrt(0.02), 10) },
  ]);
});
