import { randomBytes } from 'node:crypto';
import { closeSync, openSync, readSync, fstatSync } from 'node:fs';
import { mkdir, open, readdir, rm, stat, type FileHandle } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import { featureHash, type FeatureSettings } from '../features/settings.ts';

/**
 * Features of whole clips, kept on disk by the SHA-256 of the file they came from and the hash of the feature settings.
 *
 * A folder per feature hash holds packs. Each process appends to a pack of its own and reads them all, so two at once
 * cannot harm each other. A pack is a header (magic, values per record) and records of one size: digest, CRC-32, values
 * (float32, little-endian). A tail torn by a crash is shorter than a record and is not seen; a damaged record fails its
 * CRC and is made anew.
 */
export interface FeatureCache {
  /** The features stored for a file's digest (64 hexadecimal digits), `[T, K]`, or undefined. */
  get(digest: string): Promise<Float32Array | undefined>;
  /** Stores features; a disk that does not take them is no error, only reported once. */
  put(digest: string, values: Float32Array): Promise<void>;
  close(): Promise<void>;
}

/** A cache that keeps nothing. */
export const NO_CACHE: FeatureCache = { get: async () => undefined, put: async () => {}, close: async () => {} };

const MAGIC = Buffer.from('HEEDFEA1'); // the digit changes when other features come from the same settings
const HEADER_BYTES = MAGIC.length + 4;
const DIGEST_BYTES = 32;
const RECORD_HEADER_BYTES = DIGEST_BYTES + 4;
/** When the packs of a folder grow beyond this, the oldest are removed. */
const MAX_FOLDER_BYTES = 2 ** 30;

/** Where the system wants caches: XDG_CACHE_HOME or ~/.cache, ~/Library/Caches, %LOCALAPPDATA%; therein `heed`. */
export function defaultCacheFolder(environment = process.env, platform: string = process.platform): string {
  if (platform === 'win32')
    return join(environment['LOCALAPPDATA'] || join(homedir(), 'AppData', 'Local'), 'heed', 'cache');
  if (platform === 'darwin') return join(homedir(), 'Library', 'Caches', 'heed');
  return join(environment['XDG_CACHE_HOME'] || join(homedir(), '.cache'), 'heed');
}

/**
 * Opens the cache for these settings.
 * @param onWarning  hears, in a sentence, when the cache cannot be used or written; work goes on without it
 */
export async function openFeatureCache(
  folder: string,
  settings: FeatureSettings,
  onWarning: (message: string) => void,
): Promise<FeatureCache> {
  const packFolder = join(folder, 'features', featureHash(settings));
  const valueCount = settings.windowFrames * settings.coefficients;
  try {
    await mkdir(packFolder, { recursive: true });
    const names = await prunePacks(packFolder);
    const packs = names.map((name) => join(packFolder, name));
    return new PackedFeatureCache(packFolder, packs, valueCount, onWarning);
  } catch (error) {
    onWarning(`Features are not kept between runs, since the cache cannot be used: ${messageOf(error)}`);
    return NO_CACHE;
  }
}

class PackedFeatureCache implements FeatureCache {
  readonly #packFolder: string;
  readonly #valueCount: number;
  readonly #onWarning: (message: string) => void;
  readonly #readers = new Map<string, number>();
  readonly #places = new Map<string, { file: number; position: number }>();
  #writer: FileHandle | undefined;
  #writing: Promise<void> = Promise.resolve();
  #writable = true;

  constructor(packFolder: string, packs: readonly string[], valueCount: number, onWarning: (message: string) => void) {
    this.#packFolder = packFolder;
    this.#valueCount = valueCount;
    this.#onWarning = onWarning;
    for (const pack of packs) this.#index(pack);
  }

  async get(digest: string): Promise<Float32Array | undefined> {
    const place = this.#places.get(digest);
    if (!place) return undefined;
    const record = Buffer.allocUnsafe(this.#recordBytes);
    if (readSync(place.file, record, 0, record.length, place.position) !== record.length) return undefined;
    if (record.toString('hex', 0, DIGEST_BYTES) !== digest) return undefined;
    if (record.readUInt32LE(DIGEST_BYTES) !== checksum(record)) return undefined;
    return new Float32Array(new Uint8Array(record.subarray(RECORD_HEADER_BYTES)).buffer);
  }

  put(digest: string, values: Float32Array): Promise<void> {
    this.#writing = this.#writing.then(() => this.#append(digest, values));
    return this.#writing;
  }

  async close(): Promise<void> {
    await this.#writing;
    await this.#writer?.close();
    for (const file of this.#readers.values()) closeSync(file);
    this.#readers.clear();
    this.#places.clear();
  }

  get #recordBytes(): number {
    return RECORD_HEADER_BYTES + 4 * this.#valueCount;
  }

  async #append(digest: string, values: Float32Array): Promise<void> {
    if (!this.#writable || values.length !== this.#valueCount) return;
    const record = Buffer.allocUnsafe(this.#recordBytes);
    record.write(digest, 0, DIGEST_BYTES, 'hex');
    record.set(new Uint8Array(values.buffer, values.byteOffset, values.byteLength), RECORD_HEADER_BYTES);
    record.writeUInt32LE(checksum(record), DIGEST_BYTES);
    try {
      this.#writer ??= await this.#createPack();
      await this.#writer.appendFile(record);
    } catch (error) {
      this.#writable = false; // a torn record must stay the last one in its pack
      this.#onWarning(`Features are no longer kept for the next run: ${messageOf(error)}`);
    }
  }

  async #createPack(): Promise<FileHandle> {
    const name = `${process.pid}-${randomBytes(6).toString('hex')}.pack`;
    const writer = await open(join(this.#packFolder, name), 'ax');
    const header = Buffer.alloc(HEADER_BYTES, MAGIC);
    header.writeUInt32LE(this.#valueCount, MAGIC.length);
    await writer.appendFile(header);
    return writer;
  }

  /** Notes where each whole record of a pack begins. A pack that cannot be read, or is none, is passed over. */
  #index(pack: string): void {
    let file: number | undefined;
    try {
      file = openSync(pack, 'r');
      const header = Buffer.alloc(HEADER_BYTES);
      readSync(file, header, 0, HEADER_BYTES, 0);
      if (!header.subarray(0, MAGIC.length).equals(MAGIC) || header.readUInt32LE(MAGIC.length) !== this.#valueCount)
        throw new Error('not a pack of these features');
      const { size } = fstatSync(file);
      const digest = Buffer.alloc(DIGEST_BYTES);
      for (let position = HEADER_BYTES; position + this.#recordBytes <= size; position += this.#recordBytes) {
        readSync(file, digest, 0, DIGEST_BYTES, position);
        this.#places.set(digest.toString('hex'), { file, position });
      }
      this.#readers.set(pack, file);
    } catch {
      if (file !== undefined) closeSync(file);
    }
  }
}

/** CRC-32 of a record: of its digest and its values. */
function checksum(record: Buffer): number {
  return crc32(record.subarray(RECORD_HEADER_BYTES), crc32(record.subarray(0, DIGEST_BYTES)));
}

/** Removes the oldest packs beyond the folder's limit; returns the names of the others. */
async function prunePacks(packFolder: string): Promise<string[]> {
  const names = (await readdir(packFolder)).filter((name) => name.endsWith('.pack'));
  const packs = (
    await Promise.all(
      names.map((name) =>
        stat(join(packFolder, name)).then(
          ({ size, mtimeMs }) => [{ name, size, mtimeMs }],
          () => [], // another process removed it just now
        ),
      ),
    )
  )
    .flat()
    .sort((a, b) => b.mtimeMs - a.mtimeMs);
  let bytes = 0;
  const kept: string[] = [];
  for (const pack of packs) {
    bytes += pack.size;
    if (bytes <= MAX_FOLDER_BYTES) kept.push(pack.name);
    else await rm(join(packFolder, pack.name), { force: true }).catch(() => {});
  }
  return kept;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
