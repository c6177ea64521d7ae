import { join } from 'node:path';
import { writeAtomically } from '../../../atomic-write.ts';
import type { CancelSignal } from '../../../cancel.ts';
import { compareCells } from '../../../lab/compare/compare-cells.ts';
import { comparisonPictures } from '../../../lab/compare/comparison-pictures.ts';
import { drawPlot } from '../../../plots/draw-plot.ts';
import { HEED_VERSION } from '../../../version.ts';
import type { EngineCompute } from '../../compute.ts';
import type { CallOutput, ParsedInput } from '../../contract/calls.ts';
import type { EventHub } from '../event-hub.ts';

/** The rate at which the task of long memory is learned: Adam's usual. */
const REACH_LEARNING_RATE = 0.003;

/**
 * Compares the cells, and leaves models, results and plots in a folder.
 * @throws {HeedError} what training throws of the recordings; file-unwritable; cancelled
 */
export async function compareInFolder(
  input: ParsedInput<'compare'>,
  cacheFolder: string | undefined,
  compute: EngineCompute,
  events: EventHub,
  signal: CancelSignal,
): Promise<CallOutput<'compare'>> {
  const { folders, validation, background, leaveOut, labels, out, reachFrames, reachSteps, ...settings } = input;
  const comparison = await compareCells(
    {
      ...settings,
      out,
      basis: { folders, validation, background, leaveOut, labels, heedVersion: HEED_VERSION, cacheFolder },
      reach: { frames: reachFrames, steps: reachSteps, learningRate: REACH_LEARNING_RATE },
    },
    compute,
    (progress) => events.emit('progress', progress),
    signal,
  );
  const plots: string[] = [];
  for (const { name, plot } of comparisonPictures(comparison)) {
    plots.push(join(out, `${name}.svg`));
    await writeAtomically(plots.at(-1)!, drawPlot(plot));
  }
  const results = join(out, 'results.json');
  await writeAtomically(results, `${JSON.stringify(comparison, null, 1)}\n`);
  return { out, ...comparison, results, plots };
}
