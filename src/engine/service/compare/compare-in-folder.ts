import { join } from 'node:path';
import { writeAtomically } from '../../../atomic-write.ts';
import type { CancelSignal } from '../../../cancel.ts';
import { compareCells } from '../../../lab/compare/compare-cells.ts';
import { comparisonPictures } from '../../../lab/compare/comparison-pictures.ts';
import { drawPlot } from '../../../plots/draw-plot.ts';
import type { ProgressListener } from '../../../training/progress.ts';
import { HEED_VERSION } from '../../../version.ts';
import type { EngineCompute } from '../../compute.ts';
import type { CallOutput, ParsedInput } from '../../contract/calls.ts';
import type { EventHub } from '../event-hub.ts';
import { nameRecordings, withJournal } from '../search/trial-folder.ts';

/** The rate at which the task of long memory is learned: Adam's usual. */
const REACH_LEARNING_RATE = 0.003;

/**
 * Compares the cells, and leaves models, results and plots in a folder. The same comparison in the same folder goes on where
 * it was interrupted.
 * @throws {HeedError} in-use where another comparison runs there; usage where the folder is of another one; what training
 *   throws of the recordings; file-unwritable; cancelled
 */
export async function compareInFolder(
  input: ParsedInput<'compare'>,
  cacheFolder: string | undefined,
  compute: EngineCompute,
  events: EventHub,
  signal: CancelSignal,
): Promise<CallOutput<'compare'>> {
  const { folders, validation, background, leaveOut, labels, out, reachFrames, reachSteps, ...settings } = input;
  const { hidden, layers, epochs, batch } = settings;
  // The models are named by cell and seed alone.
  const data = JSON.stringify({ ...nameRecordings(input), hidden, layers, epochs, batch });
  const onProgress: ProgressListener = (progress) => events.emit('progress', progress);
  const files = { folder: out, journal: join(out, 'runs.journal'), lock: join(out, 'compare.lock') };
  const { comparison, known } = await withJournal(files, data, onProgress, (journal) =>
    compareCells(
      {
        ...settings,
        out,
        basis: { folders, validation, background, leaveOut, labels, heedVersion: HEED_VERSION, cacheFolder },
        reach: { frames: reachFrames, steps: reachSteps, learningRate: REACH_LEARNING_RATE },
      },
      ...([journal, compute, onProgress, signal] as const),
    ),
  );
  const plots: string[] = [];
  for (const { name, plot } of comparisonPictures(comparison)) {
    plots.push(join(out, `${name}.svg`));
    await writeAtomically(plots.at(-1)!, drawPlot(plot));
  }
  const results = join(out, 'results.json');
  await writeAtomically(results, `${JSON.stringify(comparison, null, 1)}\n`);
  return { out, ...comparison, known, results, plots };
}
