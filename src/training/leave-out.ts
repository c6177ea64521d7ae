import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { HeedError } from '../errors.ts';

/** Recordings that a run does not touch: named one by one, or by their folder. */
export class LeaveOut {
  readonly #entries: ReadonlySet<string>;

  constructor(entries: Iterable<string>) {
    this.#entries = new Set(entries);
  }

  /** How many lines the list has. */
  get size(): number {
    return this.#entries.size;
  }

  /** @param folder  the name of the folder the file lies in */
  has(folder: string, fileName: string): boolean {
    return this.#entries.has(folder) || this.#entries.has(`${folder}/${fileName}`);
  }
}

/**
 * Reads lists of recordings to leave out: each line names `<folder>/<file>` or a whole `<folder>`, as
 * `validation_list.txt` does; what follows a `#` is a remark.
 * @throws {HeedError} file-missing, file-unreadable; dataset where a line is no such name
 */
export async function readLeaveOut(paths: readonly string[]): Promise<LeaveOut> {
  const lists = await Promise.all(paths.map(readList));
  return new LeaveOut(lists.flat());
}

async function readList(path: string): Promise<string[]> {
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT')
      throw new HeedError('file-missing', `There is no file ${path}; check its name.`, { cause: error });
    throw new HeedError('file-unreadable', `${path} cannot be read: ${error.message}.`, { cause: error });
  });
  return text.split(/\r?\n/).flatMap((line, index) => {
    const entry = line.replace(/#.*/, '').trim();
    if (entry === '') return [];
    if (entry.split('/').length > 2 || entry.startsWith('/') || entry.endsWith('/'))
      throw new HeedError(
        'dataset',
        `Line ${index + 1} of ${basename(path)} names no recording: it should be a folder's name, or <folder>/<file>.`,
      );
    return [entry];
  });
}
