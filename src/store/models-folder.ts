import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';

/** A model file that can be chosen. */
export interface ModelFile {
  /** The file's name without its ending; unique among the models listed. */
  readonly id: string;
  readonly path: string;
  readonly bytes: number;
  /** Changes whenever the file does. */
  readonly modifiedMs: number;
}

const ENDING = '.onnx';

/**
 * The models that can be chosen: those that come with Heed and the user's own. A model of the user's with the same id
 * takes the shipped one's place.
 */
export class ModelsFolder {
  readonly #folders: readonly string[];

  /** @param folders  searched in this order; a later folder's model takes an earlier one's place; they need not exist */
  constructor(folders: readonly string[]) {
    this.#folders = folders;
  }

  /** Every model, by id. */
  async list(): Promise<ModelFile[]> {
    const found = new Map<string, ModelFile>();
    for (const folder of this.#folders) for (const file of await filesIn(folder)) found.set(file.id, file);
    return [...found.values()].sort((a, b) => (a.id < b.id ? -1 : 1));
  }

  /** The model of this id. An id is only ever compared with names found on disk, so it cannot lead elsewhere. */
  async find(id: string): Promise<ModelFile | undefined> {
    return (await this.list()).find((file) => file.id === id);
  }
}

async function filesIn(folder: string): Promise<ModelFile[]> {
  const names = await readdir(folder).catch(() => [] as string[]);
  const files = await Promise.all(
    names
      .filter((name) => name.endsWith(ENDING) && !name.startsWith('.'))
      .map(async (name): Promise<ModelFile | undefined> => {
        const path = join(folder, name);
        const status = await stat(path).catch(() => undefined);
        if (!status?.isFile()) return undefined;
        return { id: name.slice(0, -ENDING.length), path, bytes: status.size, modifiedMs: status.mtimeMs };
      }),
  );
  return files.filter((file) => file !== undefined);
}
