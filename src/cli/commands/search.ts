import type { CallInput, CallOutput } from '../../engine/contract/calls.ts';
import type { SeedMean, TrialNews, TrialRecord } from '../../engine/contract/search-calls.ts';
import { withEngine } from '../engine.ts';
import { columns, duration, percent } from '../format.ts';
import { showProgress } from '../progress.ts';
import type { Terminal } from '../terminal.ts';
import { stopOnInterrupt } from './train.ts';

export interface SearchOptions extends Omit<CallInput<'search'>, 'folders' | 'space'> {
  readonly vary?: string[];
  readonly space?: string;
  readonly json?: true;
}

/** Searches for the best way to train. Ctrl-C ends it; the same command goes on with it. */
export async function search(folders: string[], options: SearchOptions, terminal: Terminal): Promise<void> {
  const { json, vary, space: file, ...settings } = options;
  const space = file !== undefined ? { file } : vary !== undefined ? { dimensions: vary } : undefined;
  const result = await withEngine(terminal, async (client) => {
    client.on('progress', showProgress(terminal));
    client.on('search.trial', (news) => {
      terminal.say(trialLine(news));
      if (json) terminal.json(news);
    });
    const forgetInterrupt = stopOnInterrupt(
      client,
      terminal,
      'Stopping; what the trials came to so far is kept, and the same command goes on. Press Ctrl-C again to leave at once.',
    );
    try {
      return await client.call('search', { folders, ...settings, ...(space && { space }) });
    } finally {
      forgetInterrupt();
    }
  });
  const { known, stopped, model, chart, results, best } = result;
  if (json) terminal.json(result);
  else {
    terminal.answer(tableOf(settings, result));
    if (best && model) terminal.answer(`Best: ${endOf(best)} with ${valuesText(best)}; its model is ${model}.`);
    else terminal.answer('No trial finished, so there is no model.');
    terminal.answer(`As a picture: ${chart}; as JSON: ${results}.`);
  }
  if (known > 0)
    terminal.say(`${known === 1 ? 'One trial was' : `${known} trials were`} known already, and not run again.`);
  if (stopped) terminal.say('The search was stopped before its end; the same command goes on with it.');
}

/** A line for a trial that ended: which, what it tried, what it came to, and how long the others will take. */
export function trialLine({ record, done, total, best, remainingMs }: TrialNews): string {
  const { outcome } = record;
  const left = remainingMs === null ? '' : `  ${duration(remainingMs)} left`;
  return (
    `trial ${String(done).padStart(String(total).length)}/${total}  ${valuesText(record)}, ${record.epochs} epochs  ` +
    `${endOf(record)}${best ? ' (best)' : ''}  in ${duration(outcome.durationMs)}${left}`
  );
}

/** A row for each trial, a column for each parameter. */
export function trialTable(records: readonly TrialRecord[]): string {
  const names = [...new Set(records.flatMap(({ values }) => Object.keys(values)))];
  const header = ['validation', 'loss', 'bytes', 'time', 'epochs', ...names];
  const rows = records.map((record) => {
    const { outcome, epochs, values } = record;
    const finished = outcome.status === 'finished';
    return [
      endOf(record),
      finished ? outcome.loss.toFixed(4) : '',
      finished ? outcome.bytes.toLocaleString('en') : '',
      duration(outcome.durationMs),
      String(epochs),
      ...names.map((name) => String(values[name] ?? '')),
    ];
  });
  return columns([header, ...rows]);
}

function tableOf(
  { method, seeds = 1 }: Pick<SearchOptions, 'method' | 'seeds'>,
  { records, means }: Pick<CallOutput<'search'>, 'records' | 'means'>,
): string {
  if (method === 'one-at-a-time') return changesTable(means);
  return seeds > 1 ? meansTable(means) : trialTable(records);
}

/** A row for each combination of values, with what its seeds came to on average. */
export function meansTable(means: readonly SeedMean[]): string {
  const names = [...new Set(means.flatMap(({ values }) => Object.keys(values)))];
  const rows = means.map((mean) => [...meanCells(mean), ...names.map((name) => String(mean.values[name] ?? ''))]);
  return columns([['validation', '', 'seeds', ...names], ...rows]);
}

/**
 * A row for each change from what the trials have in common, with what it brought in points.
 * @param means  of a search that changed one value at a time
 */
export function changesTable(means: readonly SeedMean[]): string {
  const names = Object.keys(means[0]?.values ?? {});
  const usual = new Map(names.map((name) => [name, commonest(means.map(({ values }) => values[name]!))]));
  const changesOf = ({ values }: SeedMean): string =>
    names
      .filter((name) => values[name] !== usual.get(name))
      .map((name) => `${name} ${values[name]} instead of ${usual.get(name)}`)
      .join(', ');
  const base = means.find((mean) => changesOf(mean) === '');
  const rows = means.map((mean) => {
    const points = base ? 100 * (mean.mean - base.mean) : Number.NaN;
    const gain = mean === base || Number.isNaN(points) ? '' : `${points < 0 ? '−' : '+'}${Math.abs(points).toFixed(1)}`;
    return [changesOf(mean) || 'as usual', ...meanCells(mean), gain];
  });
  return columns([['', 'validation', '', 'seeds', 'points'], ...rows]);
}

function meanCells({ mean, deviation, seeds }: SeedMean): string[] {
  return [percent(mean), deviation === null ? '' : `± ${(100 * deviation).toFixed(1)}`, String(seeds)];
}

function commonest<Value>(values: readonly Value[]): Value {
  const counts = new Map<Value, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  return [...counts].reduce((most, next) => (next[1] > most[1] ? next : most))[0];
}

function endOf({ outcome }: TrialRecord): string {
  return outcome.status === 'finished' ? percent(outcome.accuracy) : outcome.status;
}

function valuesText({ values }: TrialRecord): string {
  return Object.entries(values)
    .map(([name, value]) => `${name} ${value}`)
    .join(', ');
}
