import type { CallInput } from '../../engine/contract/calls.ts';
import type { TrialNews, TrialRecord } from '../../engine/contract/search-calls.ts';
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
    terminal.answer(trialTable(result.records));
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

function endOf({ outcome }: TrialRecord): string {
  return outcome.status === 'finished' ? percent(outcome.accuracy) : outcome.status;
}

function valuesText({ values }: TrialRecord): string {
  return Object.entries(values)
    .map(([name, value]) => `${name} ${value}`)
    .join(', ');
}
