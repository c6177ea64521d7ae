import { crc32 } from 'node:zlib';
import { getFileNameLowLevel, openPromise, validateFileName, type Entry, type ZipFile } from 'yauzl';
import { HeedError } from '../../errors.ts';

/** One file within a zip. Its name is only ever shown and taken apart: nothing is written where it points. */
export interface ZipEntry {
  /** With `/` between folders. */
  readonly path: string;
  /** What it unpacks to, as the zip claims; reading checks it. */
  readonly bytes: number;
}

/** A file of a zip that cannot be used, and why, in a sentence. */
export interface ZipProblem {
  readonly path: string;
  readonly reason: string;
}

export interface ZipListing {
  readonly entries: readonly ZipEntry[];
  readonly problems: readonly ZipProblem[];
}

/** More files than anybody curates by hand; the whole of Speech Commands has 105,829. */
const MAX_ENTRIES = 200_000;
/** One recording: an hour of 16-bit stereo at 48 kHz is 660 MiB. */
export const MAX_ENTRY_BYTES = 2 ** 30;
/** Deflate cannot shrink more than 1,032 times (RFC 1951); sound never shrinks a hundredfold unless it is silence. */
const BOMB_RATIO = 500;
/** Below this size any ratio is harmless. */
const BOMB_FLOOR_BYTES = 16 * 2 ** 20;

const SYMBOLIC_LINK = 0o120000;
const FILE_TYPE = 0o170000;
const UNIX = 3;

/**
 * An open zip file: its listing, and its entries one at a time. Only what is asked for is unpacked, and never more
 * than the listing promised. Reading is yauzl's: the central directory counts, ZIP64 included.
 */
export class ZipReader {
  readonly #zip: ZipFile;
  readonly #name: string;
  readonly #entries = new Map<string, Entry>();
  readonly #problems: ZipProblem[] = [];

  private constructor(zip: ZipFile, name: string) {
    this.#zip = zip;
    this.#name = name;
  }

  /**
   * Opens a zip and reads its table of contents.
   * @param name  what to call it in errors
   * @throws {HeedError} zip-format: not a zip, cut off, torn, in several parts, or with too many files
   */
  static async open(path: string, name: string): Promise<ZipReader> {
    let zip: ZipFile;
    try {
      // Names are decoded here, one by one: yauzl would give up on the whole zip for a single bad one.
      zip = await openPromise(path, { autoClose: false, decodeStrings: false, validateEntrySizes: true });
    } catch (error) {
      throw torn(name, error);
    }
    // yauzl also emits what its promises reject with; nobody listening would end the process.
    zip.on('error', () => {});
    const reader = new ZipReader(zip, name);
    try {
      await reader.#list();
    } catch (error) {
      zip.close();
      throw error instanceof HeedError ? error : torn(name, error);
    }
    return reader;
  }

  get listing(): ZipListing {
    return {
      entries: [...this.#entries].map(([path, entry]) => ({ path, bytes: entry.uncompressedSize })),
      problems: this.#problems,
    };
  }

  /**
   * Unpacks one entry.
   * @throws {HeedError} zip-format where it is damaged: other bytes than its checksum says, more or fewer than promised
   */
  async read(path: string): Promise<Uint8Array> {
    const entry = this.#entries.get(path);
    if (!entry) throw new HeedError('zip-format', `${this.#name} holds no file ${path}.`);
    try {
      const stream = await this.#zip.openReadStreamPromise(entry);
      const bytes = Buffer.concat(await stream.toArray());
      if (crc32(bytes) === entry.crc32) return bytes;
    } catch (error) {
      throw damaged(path, error);
    }
    throw damaged(path);
  }

  close(): void {
    this.#zip.close();
  }

  async #list(): Promise<void> {
    if (this.#zip.entryCount > MAX_ENTRIES)
      throw new HeedError(
        'zip-format',
        `${this.#name} says it holds ${this.#zip.entryCount} files, more than ${MAX_ENTRIES}; nothing was read. Split it into smaller ones.`,
      );
    for await (const entry of this.#zip.eachEntry()) this.#take(entry);
  }

  #take(entry: Entry): void {
    const path = fileName(entry);
    if (path.endsWith('/')) return;
    const refuse = (reason: string): void => void this.#problems.push({ path: shown(path), reason });
    if (validateFileName(path) !== null || path.includes('\0'))
      return refuse('Its name points out of the zip, so it was not touched.');
    if (this.#entries.has(path)) return refuse('The zip holds another file of the same name; the first one is used.');
    if (entry.versionMadeBy >> 8 === UNIX && ((entry.externalFileAttributes >>> 16) & FILE_TYPE) === SYMBOLIC_LINK)
      return refuse('It is a link, not a recording.');
    if (entry.isEncrypted())
      return refuse('It is locked with a password; unpack the zip first, then import the folder.');
    if (!entry.canDecodeFileData())
      return refuse('It is packed in a way that Heed cannot unpack; make the zip anew with the usual compression.');
    if (entry.uncompressedSize > MAX_ENTRY_BYTES)
      return refuse('It would unpack to more than 1 GiB; cut it into shorter recordings first.');
    if (entry.uncompressedSize > BOMB_FLOOR_BYTES && entry.uncompressedSize > BOMB_RATIO * entry.compressedSize)
      return refuse('It would unpack to hundreds of times its size, which no recording does, so it was not unpacked.');
    this.#entries.set(path, entry);
  }
}

/** The name as text. */
function fileName(entry: Entry): string {
  const raw = entry.fileNameRaw;
  return getFileNameLowLevel(entry.generalPurposeBitFlag, raw, entry.extraFields ?? [], false).normalize('NFC');
}

/** A name safe to show: control characters become dots, and it has an end. */
function shown(path: string): string {
  // eslint-disable-next-line no-control-regex -- exactly these are looked for
  return path.replace(/[\u0000-\u001f\u007f\u200e\u200f\u202a-\u202e\u2066-\u2069]/g, '·').slice(0, 200);
}

function torn(name: string, cause: unknown): HeedError {
  return new HeedError(
    'zip-format',
    `${name} is no zip that can be read: it is cut off, damaged, or something else under that name. Nothing was taken from it; download or make it again.`,
    { cause },
  );
}

function damaged(path: string, cause?: unknown): HeedError {
  return new HeedError('zip-format', `${path} is damaged within the zip: its bytes are not those that were packed.`, {
    cause,
  });
}
