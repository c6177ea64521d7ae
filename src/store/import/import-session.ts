import { setImmediate } from 'node:timers/promises';
import type { Sound } from '../../audio/sound.ts';
import { readWav } from '../../audio/wav-read.ts';
import type { CancelSignal } from '../../cancel.ts';
import { HeedError } from '../../errors.ts';
import { examineSound } from './examine.ts';
import { ImportSpool } from './spool.ts';
import { listSources, type Source, type SourceListing } from './sources.ts';
import type { ZipReader } from './zip-read.ts';

/** A take that would come in. */
export interface ImportItem {
  readonly id: string;
  /** The file it comes from, with that of its zip before it. */
  readonly file: string;
  /** null where nothing says which word it is. */
  readonly label: string | null;
  readonly startMs: number;
  readonly endMs: number;
  readonly warnings: readonly string[];
  readonly included: boolean;
}

/** A file that nothing is taken from, and why. */
export interface ImportProblem {
  readonly file: string;
  readonly reason: string;
}

export interface ImportPreview {
  readonly items: readonly ImportItem[];
  readonly problems: readonly ImportProblem[];
  /** Files whose sound only the window can decode; it is wanted before they can come in. */
  readonly undecoded: readonly string[];
}

/** Told how many of how many files were looked at. */
export type ImportProgress = (done: number, total: number) => void;

interface Reading {
  readonly sound: Sound;
  readonly warnings: readonly string[];
}

interface Examined {
  readonly items: readonly ImportItem[];
  readonly problems: readonly ImportProblem[];
}

/**
 * One import: files come in, are looked at, and what was chosen of them is read out as sounds. Nothing of the user's is
 * touched meanwhile, and of each file only one is in memory at a time.
 */
export class ImportSession {
  readonly #spool: ImportSpool;
  readonly #zips = new Map<string, ZipReader>();
  readonly #refused = new Map<string, string>();
  /** By file: what looking at it found. */
  readonly #examined = new Map<string, Examined>();
  readonly #items = new Map<string, { readonly item: ImportItem; readonly source: Source }>();
  #itemCount = 0;
  /** The sources of what came in so far; undefined where more came since. */
  #listing: SourceListing | undefined;
  /** The takes of a long recording are read one after the other: the file is read for the first of them. */
  #lastRead: { readonly file: string; readonly reading: Reading } | undefined;

  /** @param home  the user's data folder, where files wait until the session ends */
  constructor(home: string) {
    this.#spool = new ImportSpool(home);
  }

  /** Takes a file's next bytes. @param name  as shown; with `/` between folders. @throws as ImportSpool.append */
  append(name: string, bytes: Uint8Array): Promise<void> {
    this.#listing = undefined;
    return this.#spool.append(plainPath(name), bytes);
  }

  /** Takes the next samples of what was decoded from a file. @throws as ImportSpool.append */
  appendSound(name: string, sound: Sound): Promise<void> {
    if (!this.#isListed(plainPath(name))) this.#listing = undefined;
    return this.#spool.appendSound(plainPath(name), sound);
  }

  /** Leaves a file out, for a reason found elsewhere: it could not be decoded. */
  async refuse(name: string, reason: string): Promise<void> {
    this.#refused.set(plainPath(name), reason);
    await this.#spool.drop(plainPath(name));
  }

  /**
   * Looks at every file that has not been looked at yet.
   * @throws {HeedError} cancelled
   */
  async preview(onProgress: ImportProgress, signal: CancelSignal): Promise<ImportPreview> {
    const { sources, problems } = await this.#list();
    const undecoded = new Set<string>();
    const found: Examined[] = [{ items: [], problems }];
    for (const [done, source] of sources.entries()) {
      onProgress(done, sources.length);
      if (signal.aborted) throw cancelled();
      const reason = this.#refused.get(source.file);
      if (reason !== undefined) found.push({ items: [], problems: [{ file: source.file, reason }] });
      else if (source.kind === 'encoded' && this.#spool.files.get(source.file)?.kind !== 'sound')
        undecoded.add(source.file);
      else found.push(await this.#examine(source));
    }
    for (const [file, reason] of this.#refused)
      if (!sources.some((source) => source.file === file)) found.push({ items: [], problems: [{ file, reason }] });
    onProgress(sources.length, sources.length);
    return {
      items: found.flatMap(({ items }) => items),
      problems: found.flatMap((each) => each.problems),
      undecoded: [...undecoded],
    };
  }

  /** The bytes of a file that is to be decoded elsewhere. @throws {HeedError} zip-format where it is damaged */
  async bytesOf(file: string): Promise<Uint8Array> {
    const { sources } = await this.#list();
    const source = sources.find((each) => each.file === file);
    if (!source) throw new HeedError('usage', `This import holds no file ${file}.`);
    return source.read();
  }

  /** The sound of an item, at its own rate. @throws {HeedError} usage where there is none; wav-format, zip-format */
  async soundOf(id: string): Promise<Sound> {
    const known = this.#items.get(id);
    if (!known) throw new HeedError('usage', 'This recording is no longer part of the import; look at it again.');
    const { samples, sampleRateHz } = (await this.#read(known.source)).sound;
    const [start, end] = [known.item.startMs, known.item.endMs].map((ms) => Math.round((ms * sampleRateHz) / 1000));
    return { samples: samples.slice(start, end), sampleRateHz };
  }

  /** @throws {HeedError} usage where there is no such item */
  item(id: string): ImportItem {
    const known = this.#items.get(id);
    if (!known) throw new HeedError('usage', 'This recording is no longer part of the import; look at it again.');
    return known.item;
  }

  /** Forgets everything that came in. */
  async close(): Promise<void> {
    for (const zip of this.#zips.values()) zip.close();
    await this.#spool.close();
  }

  async #list(): Promise<SourceListing> {
    return (this.#listing ??= await listSources(this.#spool, this.#zips));
  }

  #isListed(file: string): boolean {
    return this.#listing?.sources.some((source) => source.file === file) ?? false;
  }

  async #examine(source: Source): Promise<Examined> {
    const key = `${source.file}\n${source.partMs?.start ?? ''}`;
    const known = this.#examined.get(key);
    if (known) return known;
    const examined = await this.#examineNew(source);
    this.#examined.set(key, examined);
    return examined;
  }

  async #examineNew(source: Source): Promise<Examined> {
    const { file, label, partMs } = source;
    try {
      const { sound, warnings } = await this.#read(source);
      // Reading may have been done at once; a thousand small files must not keep live sound waiting.
      await setImmediate();
      const examination = examineSound(sound, label, partMs, warnings);
      if ('reason' in examination) return { items: [], problems: [{ file, reason: examination.reason }] };
      const items = examination.parts.map((part): ImportItem => {
        const item = { id: String(++this.#itemCount), file, label, ...part };
        this.#items.set(item.id, { item, source });
        return item;
      });
      return { items, problems: [] };
    } catch (error) {
      if (!(error instanceof HeedError)) throw error;
      return { items: [], problems: [{ file, reason: error.message }] };
    }
  }

  async #read(source: Source): Promise<Reading> {
    const { file } = source;
    if (this.#lastRead?.file === file) return this.#lastRead.reading;
    const reading =
      this.#spool.files.get(file)?.kind === 'sound'
        ? { sound: await this.#spool.soundOf(file), warnings: [] }
        : readWav(await source.read(), file.split('/').at(-1)!);
    this.#lastRead = { file, reading };
    return reading;
  }
}

/** A path as it is shown and compared: with `/`, without `.`, `..` and empty parts. */
function plainPath(name: string): string {
  return name
    .replaceAll('\\', '/')
    .split('/')
    .filter((part) => !['', '.', '..'].includes(part))
    .join('/');
}

/** What a broken-off import says. */
export function cancelled(): HeedError {
  return new HeedError('cancelled', 'The import was cancelled; nothing was taken in.');
}
