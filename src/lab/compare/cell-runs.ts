import { join } from 'node:path';
import type { CancelSignal } from '../../cancel.ts';
import { HeedError } from '../../errors.ts';
import { isThere } from '../../read-file.ts';
import type { CellName } from '../../nn/cells/cell.ts';
import type { NetworkShape } from '../../nn/network.ts';
import type { Compute } from '../../training/compute.ts';
import { StageProgress, type ProgressListener } from '../../training/progress.ts';
import { trainModel } from '../../training/train-run.ts';
import type { TrialJournal } from '../search/journal.ts';
import { runTrial, type TrialBasis } from '../search/trial-run.ts';
import { trialOf, type Trial, type TrialOutcome } from '../search/trials.ts';

export interface CellRunSettings {
  /** What all runs learn, and what they are measured on. */
  readonly basis: TrialBasis;
  /** A folder for the models, `<cell>-<seed>.onnx`. */
  readonly out: string;
  readonly epochs: number;
  readonly batch: number;
  /** Runs of each cell, with this seed and those after it. */
  readonly seeds: number;
  readonly seed: number;
}

/** One training of one cell. */
export interface CellRun {
  readonly seed: number;
  /** On the validation clips; null where training diverged. */
  readonly accuracy: number | null;
  readonly trainingMs: number;
}

/** What a comparison says when it is ended before its end. */
export const COMPARISON_STOPPED =
  'The comparison was stopped; the runs that ended are kept, and the same command goes on.';

/** The model file of a run. */
export function cellModelPath(out: string, cell: CellName, seed: number): string {
  return join(out, `${cell}-${seed}.onnx`);
}

/**
 * Trains a network of each shape once with each seed. Runs that the journal knows, and whose models are still there, are
 * not repeated. One that was interrupted starts anew, so that all training times are of whole runs.
 *
 * @param shapes one for each cell
 * @returns the runs of each shape, and how many of them had ended before
 * @throws {HeedError} dataset where nothing can be measured; what training throws, but for training-diverged, which is an
 *   outcome; file-unwritable; cancelled
 */
export async function trainCells(
  settings: CellRunSettings,
  shapes: readonly NetworkShape[],
  journal: TrialJournal,
  compute: Compute,
  onProgress: ProgressListener,
  signal: CancelSignal,
): Promise<{ readonly runs: CellRun[][]; readonly known: number }> {
  const { out, epochs, batch, seeds, seed } = settings;
  const planned = Array.from({ length: seeds }, (_, run) =>
    shapes.map(({ cell, hiddenSize: hidden, layerCount: layers }) => ({
      cell,
      trial: trialOf({ cell, hidden, layers, batch }, epochs, seed + run),
    })),
  ).flat();
  const ended = new Map<string, TrialOutcome>();
  for (const { cell, trial } of planned) {
    const outcome = journal.finished(trial.id)?.outcome;
    const model = cellModelPath(out, cell, trial.seed);
    if (outcome && (outcome.status !== 'finished' || (await isThere(model)))) ended.set(trial.id, outcome);
  }
  const known = ended.size;
  const [total, before] = [planned.length * epochs, known * epochs];
  const progress = new StageProgress('compare', 'Training each cell', total, onProgress, before);
  for (const { cell, trial } of planned) {
    if (ended.has(trial.id)) continue;
    const start = ended.size * epochs;
    const onEpoch = (epoch: number): void => progress.report(start + epoch);
    const outcome = await runOnce(settings, cell, trial, onEpoch, compute, signal);
    await journal.add({ ...trial, outcome });
    ended.set(trial.id, outcome);
    progress.report(start + epochs);
  }
  const runs = shapes.map(({ cell }) =>
    planned.filter((run) => run.cell === cell).map(({ trial }) => runOf(trial, ended.get(trial.id)!)),
  );
  return { runs, known };
}

function runOf({ seed }: Trial, outcome: TrialOutcome): CellRun {
  return {
    seed,
    accuracy: outcome.status === 'finished' ? outcome.accuracy : null,
    trainingMs: outcome.durationMs,
  };
}

async function runOnce(
  { basis, out }: CellRunSettings,
  cell: CellName,
  { values, epochs, seed }: Trial,
  onEpoch: (epoch: number) => void,
  compute: Compute,
  signal: CancelSignal,
): Promise<TrialOutcome> {
  const [hidden, layers, batch] = ['hidden', 'layers', 'batch'].map((name) => values[name] as number) as [
    number,
    number,
    number,
  ];
  const run = {
    ...basis,
    ...{ cell, hidden, layers, batch, epochs, seed, resume: false },
    out: cellModelPath(out, cell, seed),
    command: `heed compare (${cell}, ${hidden} units)`,
  };
  try {
    return await runTrial(run, (trial, tell) =>
      trainModel(
        trial,
        {
          onEpoch: (epoch) => {
            tell(epoch);
            onEpoch(epoch.epoch);
          },
          onProgress: () => undefined,
        },
        signal,
        compute,
      ),
    );
  } catch (error) {
    if (error instanceof HeedError && error.code === 'cancelled') throw new HeedError('cancelled', COMPARISON_STOPPED);
    throw error;
  }
}
