import { HeedError } from '../../../errors.ts';
import { cellOf, type CellName } from '../../../nn/cells/cell.ts';
import { initialiseParameters } from '../../../nn/initialise.ts';
import type { NetworkShape } from '../../../nn/network.ts';
import { createRandom } from '../../../random.ts';
import { StageProgress } from '../../../training/progress.ts';
import { trainOnSequences } from '../../../training/sequence-training.ts';
import type { Experiment, Laboratory, Row } from '../experiment.ts';
import type { MemoryTask } from './memory-tasks.ts';

export interface MemorySettings {
  readonly lengths: readonly number[];
  readonly cells: readonly CellName[];
  /** Updates of each network. */
  readonly steps: number;
  readonly hidden: number;
  readonly seed: number;
}

const BATCH = 32;
const LEARNING_RATE = 0.005;
/** The error of a network is the mean over its last batches, each drawn anew, before it learned from them. */
const MEASURED_BATCHES = 20;

/**
 * Trains each cell on the task at each length, and tells how much of the error of a network without memory is left. A run
 * that diverges is marked, and the others go on.
 *
 * @throws {HeedError} cancelled
 */
export async function measureMemory(task: MemoryTask, settings: MemorySettings, lab: Laboratory): Promise<Experiment> {
  const { lengths, cells, steps } = settings;
  const total = cells.length * lengths.length * steps;
  const progress = new StageProgress('lab', `Training on the ${task.name} problem`, total, lab.onProgress);
  const rows: Row[] = [];
  for (const [which, cell] of cells.entries()) {
    const figures: Record<string, number | null> = {};
    const diverged: number[] = [];
    for (const [i, length] of lengths.entries()) {
      const before = (which * lengths.length + i) * steps;
      const error = await remainingError(task, cell, length, settings, lab, (done) => progress.report(before + done));
      if (error === undefined) diverged.push(length);
      figures[String(length)] = error ?? null;
    }
    const name = cellOf({ cell }).title;
    rows.push(
      diverged.length === 0 ? { name, figures } : { name, figures, remark: `diverged at ${diverged.join(', ')}` },
    );
  }
  return report(task, settings, rows);
}

/** The error in percent of that without memory; undefined where the training diverged. */
async function remainingError(
  task: MemoryTask,
  cell: CellName,
  length: number,
  { steps, hidden, seed }: MemorySettings,
  lab: Laboratory,
  onStep: (done: number) => void,
): Promise<number | undefined> {
  const { inputSize, outputSize: classCount, pooling } = task;
  const shape: NetworkShape = { inputSize, hiddenSize: hidden, layerCount: 1, classCount, cell, pooling };
  const network = lab.compute.backend.createNetwork(shape, initialiseParameters(shape, seed));
  const losses: number[] = [];
  try {
    await trainOnSequences({
      ...{ network, stepCount: steps, learningRate: LEARNING_RATE, settings: { clipNorm: 1, seed } },
      batchAt: (step) => task.batch(length, BATCH, createRandom(seed, `${task.name} ${length} step ${step}`)),
      onStep: (step, loss) => {
        losses.push(loss);
        onStep(step + 1);
      },
      signal: lab.signal,
    });
  } catch (error) {
    if (error instanceof HeedError && error.code === 'training-diverged') return undefined;
    throw error;
  }
  const last = losses.slice(-MEASURED_BATCHES);
  const loss = last.reduce((sum, value) => sum + value, 0) / last.length;
  return (100 * loss) / task.errorWithoutMemory(length);
}

function report(task: MemoryTask, { lengths, steps, hidden }: MemorySettings, rows: readonly Row[]): Experiment {
  /** Below this share of the error it is safe to say that the network remembers. */
  const solved = 20;
  const reach = rows.map(({ name, figures }) => {
    const reached = lengths.filter((length) => (figures[String(length)] ?? 100) < solved);
    return `${name}: ${reached.length > 0 ? `up to ${Math.max(...reached)} frames` : 'at none of these lengths'}`;
  });
  return {
    title: `The ${task.name} problem: error left after ${steps} updates, in percent of that of a network without memory (${hidden} units)`,
    columns: lengths.map((length) => ({
      key: String(length),
      label: `${length} frames`,
      unit: '%' as const,
      decimals: 1,
    })),
    rows,
    findings: [`Solved, with less than ${solved} % of the error left — ${reach.join('; ')}.`],
    plot: {
      title: `The ${task.name} problem: what each cell still gets wrong`,
      description: `The error left of each cell against the number of frames over which it must remember; 100 % is a network without memory. ${reach.join('; ')}.`,
      x: { label: 'frames', scale: 'logarithmic', ticks: lengths.map((at) => ({ at, text: String(at) })) },
      y: { label: 'error left (%)' },
      series: rows.map(({ name, figures }) => ({
        name,
        points: lengths.flatMap((length) => {
          const error = figures[String(length)];
          return error === null || error === undefined ? [] : [{ x: length, y: error }];
        }),
      })),
    },
  };
}
