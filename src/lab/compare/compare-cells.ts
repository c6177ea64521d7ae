import type { CancelSignal } from '../../cancel.ts';
import { DEFAULT_FEATURE_SETTINGS } from '../../features/settings.ts';
import { readModelFile } from '../../model/model-file.ts';
import { readModel } from '../../model/onnx/read.ts';
import { cellOf, type CellName } from '../../nn/cells/cell.ts';
import { say, type ProgressListener } from '../../training/progress.ts';
import type { BenchCompute } from '../bench/run-bench.ts';
import type { TrialJournal } from '../search/journal.ts';
import { cellModelPath, trainCells, type CellRun, type CellRunSettings } from './cell-runs.ts';
import { measureSpeeds, type CellSpeed } from './cell-speeds.ts';
import { equalShapes } from './equal-sizes.ts';
import { measureReach, type CellReach } from './gradient-reach.ts';

export interface CompareSettings extends CellRunSettings {
  readonly cells: readonly CellName[];
  /** Units of a layer of the GRU; the other cells get as many as have the same number of parameters. */
  readonly hidden: number;
  readonly layers: number;
  /** How long each cell runs at each job in each round of the timing. */
  readonly sliceMs: number;
  readonly reach: { readonly frames: number; readonly steps: number; readonly learningRate: number };
}

/** One cell at as many parameters as the others. */
export interface ComparedCell {
  readonly cell: CellName;
  readonly title: string;
  readonly hidden: number;
  readonly parameters: number;
  /** Of the model file. */
  readonly bytes: number | null;
  readonly runs: CellRun[];
  /** Over the runs that did not diverge; null where there is none. */
  readonly meanAccuracy: number | null;
  /** Standard deviation of a run; null where there are fewer than two. */
  readonly deviation: number | null;
  readonly speed: CellSpeed;
}

export interface CellComparison {
  readonly cells: ComparedCell[];
  readonly reach: CellReach[];
}

const REACH_HIDDEN = 32;
const CLIP_NORM = 1;

/**
 * Trains every cell on the same clips with the app's own trainer, once with each seed, measures how fast each trains and
 * recognises, and how far back its gradients reach. A run that diverges is an outcome, and the others go on. Runs that the
 * journal knows are not repeated; what depends on this machine's present pace is measured anew.
 *
 * @returns the figures, and how many runs had ended before this call
 * @throws {HeedError} dataset where nothing can be measured; what training throws; file-unwritable; cancelled
 */
export async function compareCells(
  settings: CompareSettings,
  journal: TrialJournal,
  compute: BenchCompute,
  onProgress: ProgressListener,
  signal: CancelSignal,
): Promise<{ readonly comparison: CellComparison; readonly known: number }> {
  const { cells, hidden, layers, basis, out } = settings;
  const shapes = equalShapes(cells, {
    ...{ inputSize: DEFAULT_FEATURE_SETTINGS.coefficients, hiddenSize: hidden, layerCount: layers },
    ...{ classCount: basis.labels ? basis.labels.length + 1 : 10, pooling: 'mean' as const },
  });
  const { runs, known } = await trainCells(
    settings,
    shapes.map(({ shape }) => shape),
    ...([journal, compute, onProgress, signal] as const),
  );
  const models = await Promise.all(
    cells.map(async (cell, index) => {
      const run = runs[index]!.find(({ accuracy }) => accuracy !== null);
      if (!run) return undefined;
      const path = cellModelPath(out, cell, run.seed);
      const bytes = await readModelFile(path);
      return { model: readModel(bytes, path), bytes: bytes.length };
    }),
  );
  const trained = models.map((model, index) => model?.model.shape ?? shapes[index]!.shape);
  say('compare', 'Timing each cell', onProgress);
  const speeds = await measureSpeeds(trained, DEFAULT_FEATURE_SETTINGS.windowFrames, settings.sliceMs, compute, signal);
  say('compare', 'Looking at how far back gradients reach', onProgress);
  const reach = await measureReach(
    { ...settings.reach, cells, hidden: REACH_HIDDEN, clipNorm: CLIP_NORM, seed: settings.seed },
    compute.backend,
    signal,
  );
  const compared = cells.map((cell, index) => {
    const ended = runs[index]!;
    return {
      ...{ cell, title: cellOf({ cell }).title, hidden: trained[index]!.hiddenSize },
      parameters: models[index]?.model.parameters.values.length ?? shapes[index]!.parameters,
      bytes: models[index]?.bytes ?? null,
      runs: ended,
      ...spread(ended.flatMap(({ accuracy }) => (accuracy === null ? [] : [accuracy]))),
      speed: speeds[index]!,
    };
  });
  return { comparison: { cells: compared, reach }, known };
}

function spread(values: readonly number[]): Pick<ComparedCell, 'meanAccuracy' | 'deviation'> {
  if (values.length === 0) return { meanAccuracy: null, deviation: null };
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  if (values.length === 1) return { meanAccuracy: mean, deviation: null };
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return { meanAccuracy: mean, deviation: Math.sqrt(squares / (values.length - 1)) };
}
