import { createHash } from 'node:crypto';
import { basename, join } from 'node:path';
import { writeAtomically } from '../../../atomic-write.ts';
import type { CancelSignal } from '../../../cancel.ts';
import type { Laboratory } from '../../../lab/tasks/experiment.ts';
import { HeedError } from '../../../errors.ts';
import type { Model } from '../../../model/model.ts';
import { HEED_VERSION } from '../../../version.ts';
import type { EngineCompute } from '../../compute.ts';
import { compareCalls } from '../../contract/compare-calls.ts';
import type { ParsedInput } from '../../contract/calls.ts';
import { searchCalls } from '../../contract/search-calls.ts';
import { labResult, type LabResult } from '../../contract/studio-lab-schemas.ts';
import type { EventHub } from '../event-hub.ts';
import type { ModelLibrary } from '../model-library.ts';
import type { ClipFolders, LabClips } from './lab-clips.ts';

export type ParsedLabJob = ParsedInput<'lab.start'>;
type JobOf<K extends ParsedLabJob['kind']> = Extract<ParsedLabJob, { kind: K }>;

/** What the Lab's experiments work with. */
export interface LabEquipment {
  /** The Lab's own folder. */
  readonly folder: string;
  readonly clips: LabClips;
  readonly models: ModelLibrary;
  readonly cacheFolder: string | undefined;
}

/**
 * Runs one experiment to its end, by the same modules as the command line.
 * @param events  hears `progress` and `search.trial`
 * @throws {HeedError} what the experiment says; cancelled
 */
export async function runLabJob(
  job: ParsedLabJob,
  equipment: LabEquipment,
  compute: EngineCompute,
  events: EventHub,
  signal: CancelSignal,
): Promise<LabResult> {
  const lab: Laboratory = { compute, signal, onProgress: (progress) => events.emit('progress', progress) };
  if (job.kind === 'compare') return compare(job, equipment, compute, events, signal);
  if (job.kind === 'search') return search(job, equipment, events, signal);
  if (job.kind === 'lighter') return lighter(job, equipment, compute, events, signal);
  if (job.kind === 'sentiment' || job.kind === 'sentence') return ofSentences(job, equipment.folder, lab);
  if (job.kind === 'adding' || job.kind === 'copy') return memory(job, lab);
  return forecast(job, equipment.folder, lab);
}

async function compare(
  job: JobOf<'compare'>,
  equipment: LabEquipment,
  compute: EngineCompute,
  events: EventHub,
  signal: CancelSignal,
): Promise<LabResult> {
  const { compareInFolder } = await import('../compare/compare-in-folder.ts');
  const { comparisonResult } = await import('./lab-results.ts');
  const { cells, hidden, passes: epochs, seeds, seed } = job;
  const clips = await clipsOf(job, equipment.clips);
  const input = compareCalls.compare.input.parse({
    ...trainingFolders(clips),
    // Runs on other clips, or of other networks, cannot be compared with these.
    out: join(equipment.folder, 'compare', clips.id, `${hidden}-units-${epochs}-passes`),
    ...{ cells, hidden, epochs, seeds, seed },
  });
  return comparisonResult(await compareInFolder(input, equipment.cacheFolder, compute, events, signal));
}

async function search(
  job: JobOf<'search'>,
  equipment: LabEquipment,
  events: EventHub,
  signal: CancelSignal,
): Promise<LabResult> {
  const { parseDimensions } = await import('../../../lab/search/space.ts');
  const { searchInFolder } = await import('../search/search-in-folder.ts');
  const { searchResult } = await import('./lab-results.ts');
  const { space: dimensions, method, trials, passes: epochs, seed } = job;
  parseDimensions(dimensions); // before anything is copied
  const clips = await clipsOf(job, equipment.clips);
  const input = searchCalls.search.input.parse({
    ...trainingFolders(clips),
    // Trials on other clips cannot be compared with these.
    out: join(equipment.folder, 'search', clips.id),
    space: { dimensions },
    ...{ method, trials, epochs, seed },
  });
  const { records, stopped } = await searchInFolder(input, equipment.cacheFolder, events, signal);
  return searchResult(records, stopped);
}

async function lighter(
  job: JobOf<'lighter'>,
  { folder, clips, models, cacheFolder }: LabEquipment,
  compute: EngineCompute,
  events: EventHub,
  signal: CancelSignal,
): Promise<LabResult> {
  const { compareLighterInFolder, nameComparison } = await import('../compress/lighter-in-folder.ts');
  const { path: model, model: loaded } = await models.byId(job.modelId);
  const { passes: epochs, seed } = job;
  const chosen = await clipsOf(job, clips);
  await checkWords(loaded, chosen.folder);
  const settings = {
    ...{ model, ...trainingFolders(chosen), out: join(folder, 'lighter', chosen.id), epochs, seed },
    ...{ command: 'the Lab', heedVersion: HEED_VERSION, cacheFolder },
  };
  // Each model has a folder of its own, where the same experiment goes on.
  const name = createHash('sha256').update(await nameComparison(settings));
  const { models: found } = await compareLighterInFolder(
    { ...settings, out: join(settings.out, name.digest('hex').slice(0, 16)) },
    compute,
    {
      onEpoch: ({ epoch, epochs: total, remainingMs }) =>
        events.emit('progress', { work: 'train', stage: 'Training', done: epoch, total, remainingMs }),
      onProgress: (progress) => events.emit('progress', progress),
    },
    signal,
  );
  return labResult.parse({ kind: 'lighter', models: found });
}

/** @throws {HeedError} dataset where there are no clips of words that the model knows */
async function checkWords(model: Model, folder: string): Promise<void> {
  const { wordsOf } = await import('../../../lab/compress/compress.ts');
  const { scanLabelledFolder } = await import('../../../training/scan-folder.ts');
  const there = new Set((await scanLabelledFolder(folder)).clips.map(({ word }) => word));
  const missing = wordsOf(model).filter((word) => !there.has(word));
  if (missing.length === 0) return;
  const [first, ...others] = missing;
  throw new HeedError(
    'dataset',
    `This model knows “${first}”${others.length > 0 ? ` and ${others.length} more words` : ''} of which there are no clips here. ` +
      'Choose a model that was taught your words, or a folder with clips of all that this one knows.',
  );
}

async function ofSentences(
  { texts, ...job }: JobOf<'sentiment'> | JobOf<'sentence'>,
  folder: string,
  lab: Laboratory,
): Promise<LabResult> {
  const { measureSentiment, plotWords, scoreText } = await import('../../../lab/tasks/text/sentiment.ts');
  const files: string[] = [];
  for (const text of texts) files.push(await keepFile(folder, text));
  if (job.kind === 'sentiment')
    return labResult.parse({ kind: job.kind, experiment: await measureSentiment({ files, ...job }, lab) });
  const words = await scoreText({ files, ...job }, lab);
  return labResult.parse({ kind: job.kind, words, plot: plotWords(words) });
}

async function forecast(
  { kind, file, seed }: JobOf<'weather'> | JobOf<'prices'>,
  folder: string,
  lab: Laboratory,
): Promise<LabResult> {
  const { exampleSeries } = await import('../../../lab/tasks/series/example-series.ts');
  const path = file ? await keepFile(folder, file) : exampleSeries(kind);
  const experiment =
    kind === 'weather'
      ? await (await import('../../../lab/tasks/series/weather.ts')).forecastWeather({ file: path, seed }, lab)
      : await (await import('../../../lab/tasks/series/prices.ts')).forecastPrices({ file: path, seed }, lab);
  return labResult.parse({ kind, experiment });
}

async function memory({ kind, ...settings }: JobOf<'adding'> | JobOf<'copy'>, lab: Laboratory): Promise<LabResult> {
  const { addingTask, copyTask } = await import('../../../lab/tasks/memory/memory-tasks.ts');
  const { measureMemory } = await import('../../../lab/tasks/memory/measure-memory.ts');
  const experiment = await measureMemory(kind === 'adding' ? addingTask : copyTask, settings, lab);
  return labResult.parse({ kind, experiment });
}

function clipsOf({ clips }: { readonly clips: 'words' | 'folder' }, from: LabClips): Promise<ClipFolders> {
  return clips === 'words' ? from.ofWords() : from.ofFolder();
}

function trainingFolders({ folder, validation }: ClipFolders): { folders: string[]; validation?: string } {
  return { folders: [folder], ...(validation === undefined ? {} : { validation }) };
}

/** Keeps a chosen file where experiments can read it. @returns its path, which ends with the name that the user knows */
async function keepFile(folder: string, { name, bytes }: { name: string; bytes: Uint8Array }): Promise<string> {
  // eslint-disable-next-line no-control-regex
  const safe = basename(name.replace(/[\u0000-\u001f\u007f<>:"/\\|?*]/g, '_').replace(/^\.+/, '_'));
  const path = join(folder, 'files', safe);
  await writeAtomically(path, bytes);
  return path;
}
