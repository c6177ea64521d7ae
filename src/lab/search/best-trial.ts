import { readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { writeAtomically } from '../../atomic-write.ts';
import { bestOf, type TrialRecord } from './trials.ts';
import { searchFiles, trialModel } from './trial-run.ts';

/**
 * Puts the best trial's model in its place, and removes the models of the other trials that ended: a search of hundreds
 * leaves one file. The best trial's own file stays, so that this can be done again after an interruption.
 * @param records  every trial of the folder that ended
 * @returns the model's path; undefined where no trial finished, or somebody removed its model
 * @throws {HeedError} file-unwritable
 */
export async function keepBestModel(folder: string, records: readonly TrialRecord[]): Promise<string | undefined> {
  const best = bestOf(records);
  // Before anything is awaited: the records are the journal's own, and a trial that ends meanwhile may be the best.
  const surplus = new Set(records.filter(({ id }) => id !== best?.id).map(({ id }) => id));
  const { best: path, trials } = searchFiles(folder);
  if (best) {
    const [model, present] = await Promise.all([trialModel(folder, best), path].map(readWhereThere));
    if (model && !present?.equals(model)) await writeAtomically(path, model);
    if (!model && !present) return undefined;
  }
  for (const name of await readdir(trials).catch(() => [] as string[]))
    if (surplus.has(name.split('.')[0]!)) await rm(join(trials, name), { force: true });
  return best && path;
}

function readWhereThere(path: string): Promise<Buffer | undefined> {
  return readFile(path).catch(() => undefined);
}
