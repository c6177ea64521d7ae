import { setTimeout } from 'node:timers/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { HeedError } from '../../../src/errors.ts';
import { TrialJournal } from '../../../src/lab/search/journal.ts';
import { runSearch, type Objective, type SearchSettings } from '../../../src/lab/search/run-search.ts';
import { parseDimensions } from '../../../src/lab/search/space.ts';
import { gridTrials, type Trial, type TrialOutcome } from '../../../src/lab/search/trials.ts';
import { temporaryFolder } from '../../temporary-folder.ts';

const NEVER = { aborted: false };
const SPACE = parseDimensions(['learning-rate=0.0001..0.1:3', 'dropout=0..0.6:3', 'hidden=16..256:3']);
const SETTINGS: SearchSettings = {
  ...{ space: SPACE, method: 'random', trials: 80, epochs: 9, factor: 3, leastEpochs: 1, seed: 4, seeds: 1 },
  ...{ parallel: 2, cores: 2 },
};

const OPTIMUM = { rate: 0.004, dropout: 0.22, hidden: 90 };

/** The planted landscape: 1 at the optimum, and the lower the further away. */
function planted({ values }: Pick<Trial, 'values'>): number {
  const [rate, dropout, hidden] = ['learning-rate', 'dropout', 'hidden'].map((name) => values[name] as number);
  const off =
    Math.log10(rate! / OPTIMUM.rate) ** 2 +
    ((dropout! - OPTIMUM.dropout) / 0.3) ** 2 +
    Math.log2(hidden! / OPTIMUM.hidden) ** 2 / 4;
  return Math.exp(-off);
}

function finished(accuracy: number): TrialOutcome {
  return { status: 'finished', accuracy, loss: 1 - accuracy, bestEpoch: 1, bytes: 100, durationMs: 10 };
}

const landscape: Objective = async (trial) => finished(planted(trial));

async function openJournal(path?: string): Promise<TrialJournal> {
  return TrialJournal.open(path ?? join(await temporaryFolder(), 'trials.journal'), 'clips');
}

describe('a search', () => {
  it('at random finds the planted optimum, and beats the worst grid point and the best', async () => {
    const journal = await openJournal();
    const { best, records } = await runSearch(SETTINGS, landscape, journal, () => {}, NEVER);
    const grid = gridTrials(SPACE).map((values) => planted({ values }));
    expect(records).toHaveLength(80);
    const found = planted(best!);
    expect(found).toBeGreaterThan(0.85);
    expect(Math.abs(Math.log10((best!.values['learning-rate'] as number) / OPTIMUM.rate))).toBeLessThan(0.4);
    expect(found).toBeGreaterThan(Math.min(...grid));
    expect(found).toBeGreaterThan(Math.max(...grid));
    await journal.close();
  });

  it('by halving finds the optimum as well, for a fraction of the epochs', async () => {
    const journal = await openJournal();
    let epochs = 0;
    const noisy: Objective = async (trial) => {
      epochs += trial.epochs;
      return finished(planted(trial) * (1 - 0.3 / trial.epochs));
    };
    const { best } = await runSearch({ ...SETTINGS, method: 'halving' }, noisy, journal, () => {}, NEVER);
    expect(best!.epochs).toBe(9);
    expect(planted(best!)).toBeGreaterThan(0.85);
    expect(epochs).toBeLessThan((80 * 9) / 2);
    await journal.close();
  });

  it('runs every trial with each seed, all values once before any a second time; halving with one alone', async () => {
    const journal = await openJournal();
    const ran: Trial[] = [];
    const counting: Objective = async (trial) => {
      ran.push(trial);
      return finished(planted(trial));
    };
    const space = parseDimensions(['hidden=32,64', 'dropout=0.1,0']);
    const settings: SearchSettings = { ...SETTINGS, space, method: 'one-at-a-time', seeds: 3, parallel: 1 };
    const { records } = await runSearch(settings, counting, journal, () => {}, NEVER);
    expect(records).toHaveLength(9);
    expect(ran.map(({ seed }) => seed)).toEqual([4, 4, 4, 5, 5, 5, 6, 6, 6]);
    expect(new Set(ran.map(({ id }) => id)).size).toBe(9);
    const halving = runSearch({ ...settings, method: 'halving' }, counting, journal, () => {}, NEVER);
    await expect(halving).rejects.toThrow(/one seed/);
    await journal.close();
  });

  it('goes through a grid, once each', async () => {
    const journal = await openJournal();
    const ran: string[] = [];
    const counting: Objective = async (trial) => {
      ran.push(trial.id);
      return finished(planted(trial));
    };
    const { records } = await runSearch({ ...SETTINGS, method: 'grid' }, counting, journal, () => {}, NEVER);
    expect(records).toHaveLength(27);
    expect(new Set(ran).size).toBe(27);
    expect(ran).toHaveLength(27);
    await journal.close();
  });

  it('marks a trial that diverged, and goes on', async () => {
    const journal = await openJournal();
    const outcomes: string[] = [];
    const diverging: Objective = async (trial) =>
      (trial.values['learning-rate'] as number) > 0.01
        ? { status: 'diverged', message: 'came to no number', durationMs: 3 }
        : finished(planted(trial));
    const { best, records } = await runSearch(
      SETTINGS,
      diverging,
      journal,
      ({ record }) => void outcomes.push(record.outcome.status),
      NEVER,
    );
    expect(records).toHaveLength(80);
    expect(outcomes.filter((status) => status === 'diverged').length).toBeGreaterThan(5);
    expect(planted(best!)).toBeGreaterThan(0.8);
    expect(records.at(-1)!.outcome.status).toBe('diverged');
    await journal.close();
  });

  it('keeps trials that diverged out of the next round of halving', async () => {
    const journal = await openJournal();
    const epochs: number[] = [];
    const diverging: Objective = async (trial) => {
      epochs.push(trial.epochs);
      return { status: 'diverged', message: 'came to no number', durationMs: 3 };
    };
    const settings: SearchSettings = { ...SETTINGS, method: 'halving', trials: 9 };
    const { best, records } = await runSearch(settings, diverging, journal, () => {}, NEVER);
    expect(best).toBeUndefined();
    expect(records).toHaveLength(9);
    expect(new Set(epochs)).toEqual(new Set([1]));
    await journal.close();
  });

  it('stopped and begun again, never runs a finished trial twice, and comes to the same end', async () => {
    for (const method of ['random', 'halving'] as const) {
      const path = join(await temporaryFolder(), 'trials.journal');
      const settings: SearchSettings = { ...SETTINGS, method, trials: 20 };
      const ran: string[] = [];
      let stopAfter = 3;
      for (let runs = 0; runs < 20; runs++) {
        const signal = { aborted: false };
        const journal = await openJournal(path);
        const result = await runSearch(
          settings,
          async (trial) => {
            if (signal.aborted) throw new HeedError('cancelled', 'stopped');
            ran.push(trial.id);
            return finished(planted(trial));
          },
          journal,
          ({ done }) => void (signal.aborted = done >= stopAfter),
          signal,
        );
        await journal.close();
        stopAfter += 3;
        if (!result.stopped) {
          const other = await openJournal();
          const straight = await runSearch(settings, landscape, other, () => {}, NEVER);
          await other.close();
          expect(result.best).toEqual(straight.best);
          expect(new Set(result.records.map(({ id }) => id))).toEqual(new Set(straight.records.map(({ id }) => id)));
          expect(result.known).toBeGreaterThan(0);
          break;
        }
      }
      expect(new Set(ran).size).toBe(ran.length);
      expect(stopAfter).toBeGreaterThan(9);
    }
  });

  it('runs no more trials at once than asked, with no more threads than there are cores', async () => {
    const journal = await openJournal();
    let [running, most, mostThreads] = [0, 0, 0];
    const held = new Set<{ threads: number }>();
    const slow: Objective = async (trial, { threads }) => {
      const mine = { threads };
      held.add(mine);
      most = Math.max(most, ++running);
      mostThreads = Math.max(
        mostThreads,
        [...held].reduce((sum, each) => sum + each.threads, 0),
      );
      await setTimeout(2);
      running--;
      held.delete(mine);
      return finished(planted(trial));
    };
    await runSearch({ ...SETTINGS, trials: 12, parallel: 3, cores: 8 }, slow, journal, () => {}, NEVER);
    expect(most).toBe(3);
    expect(mostThreads).toBe(6);
    [most, mostThreads] = [0, 0];
    await runSearch({ ...SETTINGS, trials: 12, seed: 5, parallel: 30, cores: 4 }, slow, journal, () => {}, NEVER);
    expect(most).toBe(4);
    expect(mostThreads).toBe(4);
    await journal.close();
  });

  it('gives a lone trial all cores', async () => {
    const journal = await openJournal();
    const seen: number[] = [];
    const objective: Objective = async (trial, { threads }) => {
      seen.push(threads);
      return finished(planted(trial));
    };
    await runSearch({ ...SETTINGS, trials: 1, parallel: 4, cores: 4 }, objective, journal, () => {}, NEVER);
    expect(seen).toEqual([4]);
    await journal.close();
  });

  it('ends with what befalls every trial, when the others have ended too, and keeps what was done', async () => {
    const journal = await openJournal();
    let running = 0;
    const objective: Objective = async (trial, { signal }) => {
      running++;
      try {
        if (journal.records.length >= 4) throw new HeedError('file-missing', 'The folder is gone.');
        for (let wait = 0; wait < 3 && !signal.aborted; wait++) await setTimeout(1);
        return finished(planted(trial));
      } finally {
        running--;
      }
    };
    const search = runSearch(SETTINGS, objective, journal, () => {}, NEVER);
    await expect(search).rejects.toMatchObject({ code: 'file-missing' });
    expect(running).toBe(0);
    expect(journal.records.length).toBeGreaterThanOrEqual(4);
    expect(journal.records.length).toBeLessThan(8);
    await journal.close();
  });

  it('tells of each trial whether it is the best, and how long the rest will take', async () => {
    const journal = await openJournal();
    const told: { best: boolean; left: number | null; done: number }[] = [];
    const settings = { ...SETTINGS, trials: 10, parallel: 1 };
    await runSearch(
      settings,
      landscape,
      journal,
      ({ best, remainingMs, done, total }) => {
        expect(total).toBe(10);
        told.push({ best, left: remainingMs, done });
      },
      NEVER,
    );
    expect(told.map(({ done }) => done)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
    expect(told[0]!.best).toBe(true);
    expect(told.filter(({ best }) => best).length).toBeLessThan(10);
    expect(told[0]!.left).toBeGreaterThan(told[8]!.left!);
    expect(told[9]!.left).toBeCloseTo(0, 3);
    await journal.close();
  });
});
