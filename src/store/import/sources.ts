import { HeedError } from '../../errors.ts';
import { fileKind, labelOfPath } from './file-kind.ts';
import type { ImportProblem } from './import-session.ts';
import type { ImportSpool } from './spool.ts';
import { isSampleList, isTeachableModel, readSampleList } from './teachable-machine.ts';
import { MAX_FILE_BYTES } from './spool.ts';
import { ZipReader } from './zip-read.ts';

/** A recording, or a part of one, that an import has to look at. */
export interface Source {
  /** Where it is from, with the name of its zip before it. */
  readonly file: string;
  readonly kind: 'wav' | 'encoded';
  readonly label: string | null;
  /** The part that counts, where something says so. */
  readonly partMs?: { readonly start: number; readonly end: number } | undefined;
  /** Its bytes. @throws {HeedError} zip-format where they are damaged */
  read(): Promise<Uint8Array>;
}

export interface SourceListing {
  readonly sources: readonly Source[];
  readonly problems: readonly ImportProblem[];
}

/** A minute of spectrograms as JSON takes less than a megabyte. */
const MAX_LIST_BYTES = 128 * 2 ** 20;

const NO_RECORDING = 'It is no recording that Heed knows: WAV, MP3, OGG, WebM, FLAC or M4A.';

/**
 * Lists the recordings among the files that came in, and within the zips among them.
 * @param zips  those that are open already, by name; others are opened and put there
 */
export async function listSources(spool: ImportSpool, zips: Map<string, ZipReader>): Promise<SourceListing> {
  const sources: Source[] = [];
  const problems: ImportProblem[] = [];
  const zipNames = [...spool.files.keys()].filter((name) => fileKind(name) === 'zip');
  for (const [file, spooled] of spool.files) {
    const kind = spooled.kind === 'sound' ? 'encoded' : fileKind(file);
    // What was decoded of a file within a zip is listed with its zip.
    if (zipNames.some((zip) => file.startsWith(`${zip}/`))) continue;
    if (kind === 'zip') {
      try {
        const zip = zips.get(file) ?? (await ZipReader.open(spooled.path, file));
        zips.set(file, zip);
        const listing = await listZip(file, zip);
        sources.push(...listing.sources);
        problems.push(...listing.problems);
      } catch (error) {
        if (!(error instanceof HeedError)) throw error;
        problems.push({ file, reason: error.message });
      }
    } else if (kind === 'other') problems.push({ file, reason: NO_RECORDING });
    else if (kind !== 'clutter')
      sources.push({ file, kind, label: labelOfPath(file), read: () => spool.bytesOf(file) });
  }
  return { sources, problems };
}

async function listZip(name: string, zip: ZipReader): Promise<SourceListing> {
  const { entries, problems: unusable } = zip.listing;
  const problems = unusable.map(({ path, reason }) => ({ file: `${name}/${path}`, reason }));
  const paths = entries.map(({ path }) => path);
  if (isTeachableModel(paths)) {
    const reason =
      'It is a trained Teachable Machine model, which holds no recordings; download the samples of each class there, and import those.';
    return { sources: [], problems: [...problems, { file: name, reason }] };
  }
  const taken = new Set<string>();
  const sources: Source[] = [];
  for (const { path: list } of entries.filter(({ path, bytes }) => isSampleList(path) && bytes <= MAX_LIST_BYTES)) {
    const text = await readText(zip, list);
    const samples = text === null ? null : readSampleList(text, list, new Set(paths));
    if (!samples) continue;
    if (samples.soundless > 0)
      problems.push({
        file: `${name}/${list}`,
        reason: `${samples.soundless} of its samples are spectrograms without sound, which cannot be turned back into recordings.`,
      });
    for (const { path, partMs } of samples.samples) {
      taken.add(path);
      sources.push({ ...source(name, zip, path), partMs });
    }
  }
  for (const { path, bytes } of entries) {
    const kind = fileKind(path);
    const file = `${name}/${path}`;
    if (taken.has(path) || kind === 'clutter') continue;
    if (kind === 'zip')
      problems.push({ file, reason: 'It is a zip within a zip; unpack the outer one, then import it.' });
    else if (kind === 'other') problems.push({ file, reason: NO_RECORDING });
    else if (bytes > MAX_FILE_BYTES)
      problems.push({
        file,
        reason: `It is larger than ${MAX_FILE_BYTES / 2 ** 20} MiB; cut it into shorter recordings first.`,
      });
    else sources.push(source(name, zip, path));
  }
  return { sources, problems };
}

function source(zipName: string, zip: ZipReader, path: string): Source {
  return {
    file: `${zipName}/${path}`,
    kind: fileKind(path) === 'wav' ? 'wav' : 'encoded',
    // A zip of recordings without folders is one of the words itself: Teachable Machine makes one for each class.
    label: path.includes('/') ? labelOfPath(path) : labelOfZip(zipName),
    read: () => zip.read(path),
  };
}

/** `lamp on-samples (2).zip` → `lamp on` */
function labelOfZip(name: string): string | null {
  const word = name
    .split('/')
    .at(-1)!
    .replace(/\.(zip|tm)$/i, '')
    .replace(/\s*\(\d+\)$/, '')
    .replace(/[-_ ]samples$/i, '');
  return labelOfPath(`${word}/`);
}

async function readText(zip: ZipReader, path: string): Promise<string | null> {
  try {
    return new TextDecoder().decode(await zip.read(path));
  } catch (error) {
    if (error instanceof HeedError) return null;
    throw error;
  }
}
