import { readFile, rename } from 'node:fs/promises';
import { writeAtomically } from '../atomic-write.ts';
import { HeedError } from '../errors.ts';

export interface JsonFileOptions<T> {
  readonly path: string;
  /** What a person would call it, for the sentence that says it could not be saved; its path where left out. */
  readonly name?: string;
  /** The value where there is no file. */
  readonly initial: T;
  /** Checks what was read and throws where it is not a T. */
  readonly parse: (value: unknown) => T;
  /** Told, in a sentence, when a broken file was moved aside. */
  readonly onBroken: (message: string) => void;
}

/**
 * One value kept in one JSON file. Every change is written whole (temporary file, fsync, rename) before
 * the next begins. A file that cannot be understood is moved aside, not overwritten.
 */
export class JsonFile<T> {
  readonly #options: JsonFileOptions<T>;
  #value: Promise<T> | undefined;
  #lastWrite: Promise<unknown> = Promise.resolve();

  constructor(options: JsonFileOptions<T>) {
    this.#options = options;
  }

  /** @throws {HeedError} file-unreadable where the file is there but the disk or its permissions refuse */
  async get(): Promise<T> {
    this.#value ??= this.#read();
    try {
      return await this.#value;
    } catch (error) {
      this.#value = undefined;
      throw error;
    }
  }

  /**
   * Changes the value and returns the new one, once it is on disk.
   * @throws {HeedError} file-unwritable; then the old value stands, here and on disk
   */
  async update(change: (value: T) => T): Promise<T> {
    const write = this.#lastWrite.then(async () => {
      // Read anew: another Heed on this computer may have changed it.
      this.#value = undefined;
      const changed = change(await this.get());
      const { path, name } = this.#options;
      await writeAtomically(path, `${JSON.stringify(changed, null, 2)}\n`, name);
      this.#value = Promise.resolve(changed);
      return changed;
    });
    this.#lastWrite = write.catch(() => undefined);
    return write;
  }

  async #read(): Promise<T> {
    const { path, initial, parse, onBroken } = this.#options;
    let text: string;
    try {
      text = await readFile(path, 'utf8');
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return initial;
      throw new HeedError('file-unreadable', `${path} could not be read: ${(error as Error).message}.`, {
        cause: error,
      });
    }
    try {
      return parse(JSON.parse(text));
    } catch {
      const aside = `${path}.broken`;
      try {
        await rename(path, aside);
        onBroken(`${path} could not be understood and was moved to ${aside}; the defaults are used instead.`);
      } catch {
        onBroken(`${path} could not be understood; the defaults are used until something is changed.`);
      }
      return initial;
    }
  }
}
