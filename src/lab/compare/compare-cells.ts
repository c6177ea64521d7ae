import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { CancelSignal } from '../../cancel.ts';
import { HeedError } from '../../errors.ts';
import { DEFAULT_FEATURE_SETTINGS } from '../../features/settings.ts';
import { readModelFile } from '../../model/model-file.ts';
import { readModel } from '../../model/onnx/read.ts';
import { cellOf, type CellName } from '../../nn/cells/cell.ts';
import { say, StageProgress, type ProgressListener } from '../../training/progress.ts';
import type { TrainRunSettings } from '../../training/settings.ts';
import { trainModel } from '../../training/train-run.ts';
import type { BenchCompute } from '../bench/run-bench.ts';
import { measureSpeeds, type CellSpeed } from './cell-speeds.ts';
import { equalShapes } from './equal-sizes.ts';
import { measureReach, type CellReach } from './gradient-reach.ts';

/** What all runs of a comparison share: what they learn, and what they are measured on. */
export type CompareBasis = Pick<
  TrainRunSettings,
  'folders' | 'validation' | 'background' | 'leaveOut' | 'labels' | 'heedVersion' | 'cacheFolder'
>;

export interface CompareSettings {
  readonly basis: CompareBasis;
  /** A folder for the models, `<cell>-<seed>.onnx`. */
  readonly out: string;
  readonly cells: readonly CellName[];
  /** Units of a layer of the GRU; the other cells get as many as have the same number of parameters. */
  readonly hidden: number;
  readonly layers: number;
  readonly epochs: number;
  readonly batch: number;
  /** Runs of each cell, with this seed and those after it. */
  readonly seeds: number;
  readonly seed: number;
  /** How long each cell runs at each job in each round of the timing. */
  readonly sliceMs: number;
  readonly reach: { readonly frames: number; readonly steps: number; readonly learningRate: number };
}

/** One training of one cell. */
export interface CellRun {
  readonly seed: number;
  /** On the validation clips; null where training diverged. */
  readonly accuracy: number | null;
  readonly trainingMs: number;
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
 * recognises, and how far back its gradients reach. A run that diverges is an outcome, and the others go on.
 *
 * @throws {HeedError} dataset where nothing can be measured; what training throws; cancelled
 */
export async function compareCells(
  settings: CompareSettings,
  compute: BenchCompute,
  onProgress: ProgressListener,
  signal: CancelSignal,
): Promise<CellComparison> {
  const { cells, hidden, layers, seeds, basis, out } = settings;
  await mkdir(out, { recursive: true });
  const runs = new Map<CellName, CellRun[]>();
  const shapes = equalShapes(cells, {
    ...{ inputSize: DEFAULT_FEATURE_SETTINGS.coefficients, hiddenSize: hidden, layerCount: layers },
    ...{ classCount: basis.labels ? basis.labels.length + 1 : 10, pooling: 'mean' as const },
  });
  const { epochs } = settings;
  const progress = new StageProgress('compare', 'Training each cell', cells.length * seeds * epochs, onProgress);
  for (let run = 0; run < seeds; run++)
    for (const [index, cell] of cells.entries()) {
      const done = runs.get(cell) ?? [];
      runs.set(cell, done);
      const before = (run * cells.length + index) * epochs;
      const onEpoch = (epoch: number): void => progress.report(before + epoch);
      const { hiddenSize } = shapes[index]!.shape;
      done.push(await runOnce(settings, cell, hiddenSize, settings.seed + run, onEpoch, compute, signal));
      progress.report(before + epochs);
    }
  const models = await Promise.all(
    cells.map(async (cell) => {
      const run = runs.get(cell)!.find(({ accuracy }) => accuracy !== null);
      if (!run) return undefined;
      const path = modelPath(out, cell, run.seed);
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
  return {
    cells: cells.map((cell, index) => {
      const ended = runs.get(cell)!;
      return {
        ...{ cell, title: cellOf({ cell }).title, hidden: trained[index]!.hiddenSize },
        parameters: models[index]?.model.parameters.values.length ?? shapes[index]!.parameters,
        bytes: models[index]?.bytes ?? null,
        runs: ended,
        ...spread(ended.flatMap(({ accuracy }) => (accuracy === null ? [] : [accuracy]))),
        speed: speeds[index]!,
      };
    }),
    reach,
  };
}

function modelPath(out: string, cell: CellName, seed: number): string {
  return join(out, `${cell}-${seed}.onnx`);
}

async function runOnce(
  { basis, out, layers, epochs, batch }: CompareSettings,
  cell: CellName,
  hidden: number,
  seed: number,
  onEpoch: (epoch: number) => void,
  compute: BenchCompute,
  signal: CancelSignal,
): Promise<CellRun> {
  const startMs = performance.now();
  const outcome = (accuracy: number | null): CellRun => ({
    seed,
    accuracy,
    trainingMs: performance.now() - startMs,
  });
  try {
    const result = await trainModel(
      {
        ...basis,
        ...{ cell, hidden, layers, epochs, batch, seed, resume: false },
        out: modelPath(out, cell, seed),
        command: `heed compare (${cell}, ${hidden} units)`,
      },
      { onEpoch: ({ epoch }) => onEpoch(epoch), onProgress: () => undefined },
      signal,
      compute,
    );
    if (result.stopped || signal.aborted)
      throw new HeedError('cancelled', 'The comparison was stopped; the models made so far are kept.');
    if (result.validationAccuracy === null)
      throw new HeedError('dataset', 'There are no clips to measure on; name a folder of them with --validation.');
    return outcome(result.validationAccuracy);
  } catch (error) {
    if (error instanceof HeedError && error.code === 'training-diverged') return outcome(null);
    throw error;
  }
}

function spread(values: readonly number[]): Pick<ComparedCell, 'meanAccuracy' | 'deviation'> {
  if (values.length === 0) return { meanAccuracy: null, deviation: null };
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  if (values.length === 1) return { meanAccuracy: mean, deviation: null };
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return { meanAccuracy: mean, deviation: Math.sqrt(squares / (values.length - 1)) };
}
