import type { TrialValues } from './parameters.ts';
import type { TrialRecord } from './trials.ts';

/** What the same values came to with several seeds. */
export interface SeedMean {
  readonly values: TrialValues;
  /** Trials that finished; those that diverged or failed are left out. */
  readonly seeds: number;
  /** Of the validation accuracies, 0 to 1. */
  readonly mean: number;
  /** Standard deviation of the accuracies about their mean, with n − 1; null for a single seed. */
  readonly deviation: number | null;
}

/** The mean over seeds for each combination of values and number of epochs, best first. */
export function seedMeans(records: readonly TrialRecord[]): SeedMean[] {
  const groups = new Map<string, { values: TrialValues; accuracies: number[] }>();
  for (const { values, epochs, outcome } of records) {
    if (outcome.status !== 'finished') continue;
    const key = JSON.stringify([Object.entries(values).sort(([a], [b]) => (a < b ? -1 : 1)), epochs]);
    const group = groups.get(key) ?? { values, accuracies: [] };
    group.accuracies.push(outcome.accuracy);
    groups.set(key, group);
  }
  return [...groups.values()]
    .map(({ values, accuracies }) => {
      const seeds = accuracies.length;
      const mean = accuracies.reduce((sum, accuracy) => sum + accuracy, 0) / seeds;
      const squares = accuracies.reduce((sum, accuracy) => sum + (accuracy - mean) ** 2, 0);
      return { values, seeds, mean, deviation: seeds > 1 ? Math.sqrt(squares / (seeds - 1)) : null };
    })
    .sort((a, b) => b.mean - a.mean);
}
