import { join } from 'node:path';
import { HeedError } from '../../errors.ts';
import type { CallInput } from '../../engine/contract/calls.ts';
import type { ReportFigure } from '../../engine/contract/report-calls.ts';
import { rootFolder } from '../../host/root-folder.ts';
import { withEngine } from '../engine.ts';
import { showProgress } from '../progress.ts';
import type { Terminal } from '../terminal.ts';

export interface ReportOptions {
  readonly data?: string;
  readonly model?: string;
  readonly only?: CallInput<'report'>['only'];
  readonly short?: true;
  readonly seed?: number;
  readonly json?: true;
}

/** Prints every figure of the protocols, with the goal it is held against. */
export async function report({ json, data, ...options }: ReportOptions, terminal: Terminal): Promise<void> {
  const folder = data ?? process.env['HEED_DATA'];
  if (!folder)
    throw new HeedError('usage', 'A report needs recordings: name their folder with --data, or set HEED_DATA to it.');
  const { figures } = await withEngine(terminal, async (client) => {
    client.on('progress', showProgress(terminal));
    return client.call('report', { data: folder, heldOut: join(rootFolder, 'models', 'held-out.txt'), ...options });
  });
  if (json) for (const figure of figures) terminal.json(figure);
  else for (const line of reportTable(figures)) terminal.answer(line);
}

/** A line for each figure: what it is, its value, its goal, and whether that is met. */
export function reportTable(figures: readonly ReportFigure[]): string[] {
  const width = Math.max(...figures.map(({ what }) => what.length));
  return figures.map((figure) => {
    const value = `${figure.value.toFixed(1)} ${figure.unit}`;
    const seeds = figure.seeds ? `   seeds: ${figure.seeds.map((one) => one.toFixed(1)).join(', ')}` : '';
    return `${figure.what.padEnd(width)}  ${value.padStart(11)}${goalOf(figure)}${seeds}`;
  });
}

function goalOf({ value, unit, atLeast, atMost }: ReportFigure): string {
  if (atLeast === undefined && atMost === undefined) return '';
  const met = (atLeast === undefined || value >= atLeast) && (atMost === undefined || value <= atMost);
  const goal = atLeast === undefined ? `at most ${atMost!.toFixed(1)}` : `at least ${atLeast.toFixed(1)}`;
  return `   goal: ${goal} ${unit}, ${met ? 'met' : 'not met'}`;
}
