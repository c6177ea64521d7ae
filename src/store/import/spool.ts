import { randomUUID } from 'node:crypto';
import { mkdir, open, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { unwritable } from '../../atomic-write.ts';
import type { Sound } from '../../audio/sound.ts';
import { HeedError } from '../../errors.ts';

/** The folder, within the user's data, of what is being imported; whatever a crash left in it is of no worth. */
export const SPOOL_FOLDER = 'import-in-progress';

/** A file as it came: its bytes, or the sound that was decoded from it elsewhere. */
export type SpooledFile =
  | { readonly kind: 'bytes'; readonly path: string; readonly bytes: number }
  | { readonly kind: 'sound'; readonly path: string; readonly bytes: number; readonly sampleRateHz: number };

/** A larger recording would not fit into memory as numbers. */
export const MAX_FILE_BYTES = 512 * 2 ** 20;
/** Zips are read piece by piece, so only the disk bounds them. */
export const MAX_ZIP_BYTES = 64 * 2 ** 30;

/**
 * Files on their way in, in the order in which they came. They are kept on disk under numbers; the names they came with
 * are only ever shown.
 */
export class ImportSpool {
  readonly #folder: string;
  readonly #files = new Map<string, SpooledFile>();
  #count = 0;
  /** Pieces are written in the order of their calls. */
  #lastWrite: Promise<unknown> = Promise.resolve();

  /** @param home  the user's data folder */
  constructor(home: string) {
    this.#folder = join(home, SPOOL_FOLDER, randomUUID());
  }

  /** By the names they came with. */
  get files(): ReadonlyMap<string, SpooledFile> {
    return this.#files;
  }

  /**
   * Puts a file's next bytes behind those that are there.
   * @throws {HeedError} file-unwritable, among others where the disk is full; usage where the file is too large
   */
  append(name: string, bytes: Uint8Array): Promise<void> {
    return this.#write(name, bytes, 'bytes', (path, size) => ({ kind: 'bytes', path, bytes: size }));
  }

  /** As append, for the next samples of a decoded sound. */
  appendSound(name: string, { samples, sampleRateHz }: Sound): Promise<void> {
    const bytes = new Uint8Array(samples.buffer, samples.byteOffset, samples.byteLength);
    return this.#write(name, bytes, 'sound', (path, size) => ({ kind: 'sound', path, bytes: size, sampleRateHz }));
  }

  /** The bytes of a file that came as such. */
  async bytesOf(name: string): Promise<Uint8Array> {
    return readFile(this.#file(name).path);
  }

  /** The sound of a file that came decoded. */
  async soundOf(name: string): Promise<Sound> {
    const file = this.#file(name);
    if (file.kind !== 'sound') throw new HeedError('usage', `${name} did not come as sound.`);
    const bytes = await readFile(file.path);
    return { samples: new Float32Array(new Uint8Array(bytes).buffer), sampleRateHz: file.sampleRateHz };
  }

  /** Forgets a file. */
  async drop(name: string): Promise<void> {
    const file = this.#files.get(name);
    this.#files.delete(name);
    if (file) await rm(file.path, { force: true });
  }

  /** Removes everything. */
  async close(): Promise<void> {
    await this.#lastWrite;
    this.#files.clear();
    await rm(this.#folder, { recursive: true, force: true });
  }

  #file(name: string): SpooledFile {
    const file = this.#files.get(name);
    if (!file) throw new HeedError('usage', `This import holds no file ${name}.`);
    return file;
  }

  #write(
    name: string,
    bytes: Uint8Array,
    kind: SpooledFile['kind'],
    made: (path: string, size: number) => SpooledFile,
  ): Promise<void> {
    const write = this.#lastWrite.then(async () => {
      // What was decoded takes the place of what it was decoded from.
      if (this.#files.get(name)?.kind !== kind) await this.drop(name);
      const before = this.#files.get(name);
      const path = before?.path ?? join(this.#folder, String(this.#count++));
      const after = made(path, (before?.bytes ?? 0) + bytes.length);
      const limit = /\.(zip|tm)$/i.test(name) ? MAX_ZIP_BYTES : MAX_FILE_BYTES;
      if (after.bytes > limit)
        throw new HeedError(
          'usage',
          `${name} is larger than ${limit / 2 ** 20} MiB; cut it into shorter recordings first.`,
        );
      try {
        await mkdir(this.#folder, { recursive: true });
        const file = await open(path, 'a');
        try {
          await file.writeFile(bytes);
        } finally {
          await file.close();
        }
      } catch (error) {
        throw unwritable(path, error);
      }
      this.#files.set(name, after);
    });
    this.#lastWrite = write.catch(() => undefined);
    return write;
  }
}

/** Removes what broken-off imports left behind. */
export async function clearSpool(home: string): Promise<void> {
  await rm(join(home, SPOOL_FOLDER), { recursive: true, force: true });
}
