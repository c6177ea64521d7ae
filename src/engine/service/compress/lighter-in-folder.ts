import { createHash } from 'node:crypto';
import { join } from 'node:path';
import type { CancelSignal } from '../../../cancel.ts';
import { compareLighter, type LighterModel, type LighterSettings } from '../../../lab/compress/compare-lighter.ts';
import { readModelFile } from '../../../model/model-file.ts';
import type { Compute } from '../../../training/compute.ts';
import type { TrainListeners } from '../../../training/training-loop.ts';
import { nameRecordings, withJournal } from '../search/trial-folder.ts';

/**
 * Makes a model lighter in every way, and leaves the models in a folder. The same comparison in the same folder goes on where
 * it was interrupted.
 * @returns the models, and how many of them had been made before
 * @throws {HeedError} in-use where another comparison runs there; usage where the folder is of another one; what training
 *   throws; file-unwritable; cancelled
 */
export async function compareLighterInFolder(
  settings: LighterSettings,
  compute: Compute,
  listeners: TrainListeners,
  signal: CancelSignal,
): Promise<{ models: LighterModel[]; known: number }> {
  const { out: folder } = settings;
  const files = { folder, journal: join(folder, 'ways.journal'), lock: join(folder, 'compress.lock') };
  return withJournal(files, await nameComparison(settings), listeners.onProgress, (journal) =>
    compareLighter(settings, journal, compute, listeners, signal),
  );
}

/** Names all that decides on the models; they themselves are named by what was done to them alone. */
export async function nameComparison(settings: LighterSettings): Promise<string> {
  const { model, epochs, seed, precision = 'float32' } = settings;
  const digest = createHash('sha256')
    .update(await readModelFile(model))
    .digest('hex');
  return JSON.stringify({ ...nameRecordings(settings), model: digest, epochs, seed, precision });
}
