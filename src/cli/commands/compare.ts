import type { CallInput, CallOutput } from '../../engine/contract/calls.ts';
import { withEngine } from '../engine.ts';
import { columns, duration, percent } from '../format.ts';
import { showProgress } from '../progress.ts';
import type { Terminal } from '../terminal.ts';
import { stopOnInterrupt } from './train.ts';

export interface CompareOptions extends Omit<CallInput<'compare'>, 'folders'> {
  readonly json?: true;
}

/** Trains every recurrent cell on the same clips, and says what each is good for and what it costs. */
export async function compare(folders: string[], options: CompareOptions, terminal: Terminal): Promise<void> {
  const { json, ...settings } = options;
  const result = await withEngine(terminal, async (client) => {
    client.on('progress', showProgress(terminal));
    const forgetInterrupt = stopOnInterrupt(
      client,
      terminal,
      'Stopping; the runs that ended are kept, and the same command goes on. Press Ctrl-C again to leave at once.',
    );
    try {
      return await client.call('compare', { folders, ...settings });
    } finally {
      forgetInterrupt();
    }
  });
  if (json) terminal.json(result);
  else {
    terminal.answer(cellTable(result.cells));
    terminal.answer('');
    terminal.answer(reachTable(result.reach));
    terminal.answer(`Plots and all figures: ${result.plots.join(', ')}, ${result.results}.`);
  }
  const { known } = result;
  if (known > 0) terminal.say(`${known === 1 ? 'One run was' : `${known} runs were`} known already, and not repeated.`);
}

type Compared = CallOutput<'compare'>;

/** A line for each cell. */
export function cellTable(cells: Compared['cells']): string {
  return columns([
    ['cell', 'units', 'parameters', 'accuracy', 'training', 'clips/s', 'of peak', 'µs/frame', 'bytes'],
    ...cells.map(({ cell, hidden, parameters, meanAccuracy, deviation, runs, speed, bytes }) => [
      cell,
      String(hidden),
      parameters.toLocaleString('en'),
      accuracyText(meanAccuracy, deviation, runs),
      duration(runs.reduce((sum, { trainingMs }) => sum + trainingMs, 0) / runs.length),
      speed.trainedPerSecond.toFixed(0),
      speed.shareOfFmaPeak === null ? '–' : percent(speed.shareOfFmaPeak),
      speed.frameMicroseconds.toFixed(1),
      bytes === null ? '–' : bytes.toLocaleString('en'),
    ]),
  ]);
}

function accuracyText(mean: number | null, deviation: number | null, runs: Compared['cells'][number]['runs']): string {
  const diverged = runs.filter(({ accuracy }) => accuracy === null).length;
  const lost = diverged === 0 ? '' : ` (${diverged} of ${runs.length} diverged)`;
  if (mean === null) return `none${lost}`;
  return `${percent(mean)}${deviation === null ? '' : ` ± ${(100 * deviation).toFixed(1)}`}${lost}`;
}

/** For each cell, how much of the gradient is left at the far end of a sequence, and how long it grew while learning. */
export function reachTable(reach: Compared['reach']): string {
  const left = (norms: readonly number[]): string =>
    norms.length === 0 || norms[0] === 0 ? '–' : (norms.at(-1)! / norms[0]!).toExponential(1);
  const frames = reach[0]?.normsBefore.length ?? 0;
  return columns([
    ['cell', 'clipping', `gradient left over ${frames} frames: before training`, 'after', 'longest in an update'],
    ...reach.map(({ cell, clipped, normsBefore, normsAfter, updateNorms, diverged }) => [
      cell,
      clipped ? 'on' : 'off',
      left(normsBefore),
      diverged ? 'diverged' : left(normsAfter),
      updateNorms.length === 0 ? '–' : Math.max(...updateNorms).toPrecision(2),
    ]),
  ]);
}
