import { availableParallelism } from 'node:os';
import { basename, resolve } from 'node:path';
import { writeAtomically } from '../../../atomic-write.ts';
import type { CancelSignal } from '../../../cancel.ts';
import { keepBestModel } from '../../../lab/search/best-trial.ts';
import { drawParallelCoordinates } from '../../../lab/search/parallel-coordinates.ts';
import { runSearch } from '../../../lab/search/run-search.ts';
import { seedMeans } from '../../../lab/search/seed-means.ts';
import { DEFAULT_SPACE, parseDimensions, parseSpace, type SearchSpace } from '../../../lab/search/space.ts';
import { bestOf, type TrialRecord } from '../../../lab/search/trials.ts';
import { searchFiles, type TrialBasis } from '../../../lab/search/trial-run.ts';
import { readWholeFile } from '../../../read-file.ts';
import type { ProgressListener } from '../../../training/progress.ts';
import { HEED_VERSION } from '../../../version.ts';
import type { CallOutput, ParsedInput } from '../../contract/calls.ts';
import type { EventHub } from '../event-hub.ts';
import { nameRecordings, withJournal } from './trial-folder.ts';
import { createTrialProcesses } from './trial-process.ts';

/**
 * Searches in a folder of its own: with its journal, and a process for each trial.
 * @throws {HeedError} usage for a space or a folder that cannot be searched; in-use where another search runs there; what
 *   training throws of the recordings
 */
export async function searchInFolder(
  input: ParsedInput<'search'>,
  cacheFolder: string | undefined,
  events: EventHub,
  signal: CancelSignal,
): Promise<CallOutput<'search'>> {
  const { out, method, trials, epochs, factor, leastEpochs, seed, seeds, parallel } = input;
  const space = await readSpace(input.space);
  const files = searchFiles(out);
  const onProgress: ProgressListener = (progress) => events.emit('progress', progress);
  return withJournal({ folder: out, ...files }, JSON.stringify(nameRecordings(input)), onProgress, async (journal) => {
    const cores = coresToUse();
    const { folders, validation, background, leaveOut, labels } = input;
    const recordings: TrialBasis = {
      ...{ folders, validation, background, leaveOut, labels },
      ...{ heedVersion: HEED_VERSION, cacheFolder },
    };
    // One after the other: two trials can end at once.
    let kept = keepBestModel(out, journal.records);
    const found = await runSearch(
      { space, method, trials, epochs, factor, leastEpochs, seed, seeds, cores, parallel: parallel ?? cores },
      createTrialProcesses(out, recordings),
      journal,
      async (news) => {
        await (kept = kept.then(() => keepBestModel(out, journal.records)));
        events.emit('search.trial', { ...news, record: copyOf(news.record) });
      },
      signal,
    );
    const records = found.records.map(copyOf);
    const means = seedMeans(records).map((mean) => ({ ...mean, values: { ...mean.values } }));
    const model = (await kept) ?? null;
    const folderBest = bestOf(journal.records);
    const best = folderBest ? copyOf(folderBest) : null;
    await writeAtomically(files.results, `${JSON.stringify({ method, seed, best, means, records }, undefined, 2)}\n`);
    const title = `${records.length} trials on ${folders.map((folder) => basename(resolve(folder))).join(', ')}`;
    await writeAtomically(files.chart, drawParallelCoordinates(found.records, title));
    const { known, stopped } = found;
    return { out, records, means, known, best, model, results: files.results, chart: files.chart, stopped };
  });
}

/** Threads for all trials together: HEED_THREADS where it is set, else one per core. */
function coresToUse(): number {
  const wanted = Number(process.env['HEED_THREADS']);
  return Number.isInteger(wanted) && wanted >= 1 && wanted <= 64 ? wanted : availableParallelism();
}

async function readSpace(space: ParsedInput<'search'>['space']): Promise<SearchSpace> {
  if (space === undefined) return DEFAULT_SPACE;
  if ('dimensions' in space) return parseDimensions(space.dimensions);
  return parseSpace(new TextDecoder().decode(await readWholeFile(space.file)), space.file);
}

/** As the contract has it. */
function copyOf(record: TrialRecord): CallOutput<'search'>['records'][number] {
  return { ...record, values: { ...record.values } };
}
