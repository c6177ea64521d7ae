import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { EngineClient } from '../../engine/client.ts';
import type { CallInput } from '../../engine/contract/calls.ts';
import type { LabExperiment, LabScoredWord } from '../../engine/contract/lab-calls.ts';
import type { LabResult, LabResultOf } from '../../engine/contract/studio-lab-schemas.ts';
import { HeedError } from '../../errors.ts';
import { withEngine } from '../engine.ts';
import { columns } from '../format.ts';
import { showProgress } from '../progress.ts';
import type { Terminal } from '../terminal.ts';

type CellName = NonNullable<CallInput<'lab.memory'>['cells']>[number];

export interface LabOptions {
  readonly seed?: number;
  readonly plot?: string;
  readonly json?: true;
}

export interface SentimentOptions extends LabOptions {
  readonly folds?: number;
  readonly text?: string;
}

export interface MemoryOptions extends LabOptions {
  readonly lengths?: number[];
  readonly cells?: string[];
  readonly steps?: number;
  readonly hidden?: number;
}

/** Measures on sentences, or scores one word by word. */
export async function sentiment(files: string[], options: SentimentOptions, terminal: Terminal): Promise<void> {
  const { text, folds, json } = options;
  const given = files.length > 0 ? files : await textsOfData();
  if (text === undefined) {
    await experiment('sentiment', options, terminal, (client) =>
      client.call('lab.sentiment', { files: given, ...asked(options), ...(folds === undefined ? {} : { folds }) }),
    );
    return;
  }
  const { words } = await lab(terminal, (client) =>
    client.call('lab.scoreText', { files: given, text, ...asked(options) }),
  );
  if (json) for (const word of words) terminal.json(word);
  else terminal.answer(wordTable(words));
  sayPlot(options, terminal);
}

/** Forecasts a series of days. */
export function forecast(
  call: 'lab.weather' | 'lab.prices',
  file: string | undefined,
  options: LabOptions,
  terminal: Terminal,
): Promise<void> {
  return experiment(call === 'lab.weather' ? 'weather' : 'prices', options, terminal, (client) =>
    client.call(call, { ...(file === undefined ? {} : { file }), ...asked(options) }),
  );
}

/** Measures how long cells remember. */
export function memory(task: 'adding' | 'copy', options: MemoryOptions, terminal: Terminal): Promise<void> {
  const { lengths, cells, steps, hidden } = options;
  return experiment(task, options, terminal, (client) =>
    client.call('lab.memory', {
      task,
      ...asked(options),
      ...(lengths && { lengths }),
      ...(cells && { cells: cells as CellName[] }),
      ...(steps === undefined ? {} : { steps }),
      ...(hidden === undefined ? {} : { hidden }),
    }),
  );
}

/**
 * Runs an experiment and prints its table and what it found. In JSON the first row carries the whole outcome, as the studio
 * opens it, so that what was printed can be looked at there.
 */
async function experiment(
  kind: LabResultOf<'weather'>['kind'],
  options: LabOptions,
  terminal: Terminal,
  run: (client: EngineClient) => Promise<LabExperiment>,
): Promise<void> {
  const result = await lab(terminal, run);
  if (options.json)
    for (const [index, { name, figures, remark }] of result.rows.entries()) {
      const whole: LabResult | undefined = index === 0 ? { kind, experiment: result } : undefined;
      terminal.json({ name, ...figures, ...(remark === undefined ? {} : { remark }), ...(whole && { result: whole }) });
    }
  else {
    terminal.answer(result.title);
    terminal.answer(experimentTable(result));
    for (const finding of result.findings) terminal.answer(finding);
  }
  sayPlot(options, terminal);
}

/** What every call of the lab takes. */
export function asked({ seed, plot }: LabOptions): { seed?: number; plotFile?: string } {
  return { ...(seed === undefined ? {} : { seed }), ...(plot === undefined ? {} : { plotFile: plot }) };
}

/** An experiment's rows with the unit of each figure. */
export function experimentTable({ columns: shown, rows }: LabExperiment): string {
  const cell = (value: number | null | undefined, { unit, decimals }: LabExperiment['columns'][number]): string =>
    value === null || value === undefined ? '–' : `${value.toFixed(decimals)}${unit === '' ? '' : ` ${unit}`}`;
  return columns([
    ['', ...shown.map(({ label }) => label)],
    ...rows.map(({ name, figures, remark }) => [
      name,
      ...shown.map((column) => cell(figures[column.key], column)),
      ...(remark === undefined ? [] : [remark]),
    ]),
  ]);
}

/** A line for each word: the verdict so far, and how open the update gates are, as a number and as a bar. */
export function wordTable(words: readonly LabScoredWord[]): string {
  const bar = (share: number): string => '█'.repeat(Math.round(20 * share)).padEnd(20, '·');
  return columns([
    ['word', 'praise so far', 'update gate', ''],
    ...words.map(({ word, known, score, updateGate }) => [
      known ? word : `${word} (not learned)`,
      `${(100 * score).toFixed(1)} %`,
      updateGate.toFixed(2),
      bar(updateGate),
    ]),
  ]);
}

function lab<Result>(terminal: Terminal, run: (client: EngineClient) => Promise<Result>): Promise<Result> {
  return withEngine(terminal, (client) => {
    client.on('progress', showProgress(terminal));
    return run(client);
  });
}

function sayPlot({ plot }: LabOptions, terminal: Terminal): void {
  if (plot !== undefined) terminal.say(`As a picture: ${plot}.`);
}

/** The texts among the recordings and texts that HEED_DATA names. @throws {HeedError} usage without them */
async function textsOfData(): Promise<string[]> {
  const folder = process.env['HEED_DATA'];
  const names = folder ? await readdir(join(folder, 'text')).catch(() => []) : [];
  const files = names.filter((name) => name.endsWith('.tsv')).sort();
  if (files.length === 0)
    throw new HeedError(
      'usage',
      'Name files of sentences, a line each: the sentence, a tab, and 1 (favourable) or 0; or set HEED_DATA to a folder with such files in text/.',
    );
  return files.map((name) => join(folder!, 'text', name));
}
