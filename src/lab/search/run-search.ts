import type { CancelSignal } from '../../cancel.ts';
import { HeedError } from '../../errors.ts';
import type { TrialJournal } from './journal.ts';
import { trialCost, type TrialValues } from './parameters.ts';
import { RemainingTime } from './remaining-time.ts';
import { checkSpace, type SearchSpace } from './space.ts';
import {
  bestOf,
  gridTrials,
  halvingRungs,
  oneAtATimeTrials,
  randomTrials,
  ranked,
  trialOf,
  type Rung,
  type SearchMethod,
  type Trial,
  type TrialOutcome,
  type TrialRecord,
} from './trials.ts';

export interface SearchSettings {
  readonly space: SearchSpace;
  readonly method: SearchMethod;
  /** Trials at random, or in the first round of halving; the other methods have as many as the space has. */
  readonly trials: number;
  /** Of a trial; in halving, of the last round's. */
  readonly epochs: number;
  /** Halving keeps one in so many, and trains them so many times as long. */
  readonly factor: number;
  /** Epochs of halving's first round, at least. */
  readonly leastEpochs: number;
  /** Chooses the trials at random, and is the first seed of each. */
  readonly seed: number;
  /** Every trial is run with so many seeds, one after another from `seed` on; halving takes one. */
  readonly seeds: number;
  /** Trials at once, at most. */
  readonly parallel: number;
  /** Threads that all trials together may use. */
  readonly cores: number;
}

/** What a trial is run with. */
export interface TrialContext {
  /** Threads that it may use. */
  readonly threads: number;
  /** Asked now and then; when it comes the trial ends soon, by throwing `cancelled`. */
  readonly signal: CancelSignal;
}

/**
 * Runs one trial. What it throws ends the search, since it would befall the next trial too: folders that are not there, a
 * full disk. What is the trial's own is an outcome.
 */
export type Objective = (trial: Trial, context: TrialContext) => Promise<TrialOutcome>;

/** A trial that ended, as it is told. */
export interface TrialNews {
  readonly record: TrialRecord;
  /** How many of the search's trials have ended, this one included. */
  readonly done: number;
  readonly total: number;
  /** Whether it is the best so far. */
  readonly best: boolean;
  readonly remainingMs: number | null;
}

export interface SearchResult {
  /** The trials of this search that ended, best first. */
  readonly records: readonly TrialRecord[];
  /** Of these, how many had ended before this run. */
  readonly known: number;
  readonly best: TrialRecord | undefined;
  readonly stopped: boolean;
}

/**
 * Searches for the values with which training comes to the best accuracy. Trials that the journal knows are not run again,
 * so that a search goes on where it was interrupted; which trials there are follows from the settings alone.
 *
 * @param onTrial  hears of each trial that was run, when it is in the journal
 * @throws {HeedError} usage for a space that cannot be searched; what the objective throws, or writing the journal
 */
export async function runSearch(
  settings: SearchSettings,
  objective: Objective,
  journal: TrialJournal,
  onTrial: (news: TrialNews) => Promise<void> | void,
  signal: CancelSignal,
): Promise<SearchResult> {
  const { method, seed, seeds } = settings;
  if (method === 'halving' && seeds > 1)
    throw new HeedError('usage', 'Halving compares trials of one seed; leave out --seeds, or choose another method.');
  let candidates = candidatesOf(settings);
  const rungs = rungsOf(settings, candidates.length);
  const total = seeds * rungs.reduce((sum, { count }) => sum + count, 0);
  const ended: TrialRecord[] = [];
  let known = 0;
  const time = new RemainingTime(seeds * expectedCosts(rungs, candidates));

  for (const { count, epochs } of rungs) {
    // All values once before any a second time: a search that is stopped early has seen each.
    const trials = Array.from({ length: seeds }, (_, repetition) =>
      candidates.slice(0, count).map((values) => trialOf(values, epochs, seed + repetition)),
    ).flat();
    const before = trials.map(({ id }) => journal.finished(id)).filter((record) => record !== undefined);
    known += before.length;
    for (const record of before) {
      ended.push(record);
      time.ended(trialCost(record.values, epochs), record.outcome.durationMs);
    }
    const pending = trials.filter(({ id }) => !journal.finished(id));
    await inParallel(pending, settings, signal, async (trial, context, workers) => {
      const outcome = await objective(trial, context);
      const record: TrialRecord = { ...trial, outcome };
      await journal.add(record);
      ended.push(record);
      time.ended(trialCost(trial.values, epochs), outcome.durationMs);
      const best = bestOf(ended)?.id === record.id;
      await onTrial({ record, done: ended.length, total, best, remainingMs: time.remainingMs(workers) });
    });
    if (signal.aborted) break;
    const ids = new Set(trials.map(({ id }) => id));
    candidates = ranked(ended.filter(({ id }) => ids.has(id)))
      .filter(({ outcome }) => outcome.status === 'finished')
      .map(({ values }) => values);
  }
  return { records: ranked(ended), known, best: bestOf(ended), stopped: signal.aborted && ended.length < total };
}

function candidatesOf({ space, method, trials, seed }: SearchSettings): TrialValues[] {
  checkSpace(space);
  if (method === 'grid') return gridTrials(space);
  return method === 'one-at-a-time' ? oneAtATimeTrials(space) : randomTrials(space, trials, seed);
}

function rungsOf({ method, epochs, factor, leastEpochs }: SearchSettings, count: number): Rung[] {
  return method === 'halving' ? halvingRungs(count, epochs, factor, leastEpochs) : [{ count, epochs }];
}

/** What the trials will cost; which ones come through to later rounds is not known, so they count as the average. */
function expectedCosts(rungs: readonly Rung[], candidates: readonly TrialValues[]): number {
  const perEpoch = candidates.reduce((sum, values) => sum + trialCost(values, 1), 0) / candidates.length;
  return rungs.reduce((sum, { count, epochs }) => sum + count * epochs * perEpoch, 0);
}

/**
 * Runs trials, at most `parallel` at a time, each with its even share of the cores: together they never use more threads
 * than there are cores. The first that throws lets the others end, and is thrown.
 */
async function inParallel(
  trials: readonly Trial[],
  { parallel, cores }: SearchSettings,
  signal: CancelSignal,
  run: (trial: Trial, context: TrialContext, workers: number) => Promise<void>,
): Promise<void> {
  const workers = Math.max(1, Math.min(parallel, cores, trials.length));
  const threads = Math.floor(cores / workers);
  let failure: unknown;
  const context = {
    threads,
    signal: {
      get aborted() {
        return signal.aborted || failure !== undefined;
      },
    },
  };
  let next = 0;
  const work = async (): Promise<void> => {
    while (next < trials.length && !context.signal.aborted) {
      try {
        await run(trials[next++]!, context, workers);
      } catch (error) {
        if (error instanceof HeedError && error.code === 'cancelled' && context.signal.aborted) return;
        failure ??= error;
      }
    }
  };
  await Promise.all(Array.from({ length: workers }, work));
  if (failure !== undefined) throw failure;
}
