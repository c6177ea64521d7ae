import { randomUUID } from 'node:crypto';
import { copyFile, mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { unwritable } from '../atomic-write.ts';
import { HeedError } from '../errors.ts';
import type { ModelFile, ModelsFolder } from './models-folder.ts';
import type { TakesStore } from './takes/takes-store.ts';
import { trashPath } from './takes/operation.ts';

/** The folder of the user's own models, within their data folder. */
export const OWN_MODELS_FOLDER = 'models';

const ENDING = '.onnx';
const LONGEST_NAME = 64;
// Not allowed in file names on one system or another, or invisible.
// eslint-disable-next-line no-control-regex
const FORBIDDEN = /[\u0000-\u001f\u007f<>:"/\\|?*\u200b-\u200f\u2028-\u202e\ufeff]/;

/**
 * What a person can do with their own models. Each is an operation beside those on takes: done wholly or not at all, and
 * undone by the same undo. The models that come with Heed are never changed.
 */
export class OwnModels {
  readonly #home: string;
  readonly #folder: ModelsFolder;
  readonly #takes: TakesStore;

  /**
   * @param home  the user's data folder
   * @param folder  all models that there are
   * @param takes  whose log of operations is shared
   */
  constructor(home: string, folder: ModelsFolder, takes: TakesStore) {
    this.#home = home;
    this.#folder = folder;
    this.#takes = takes;
  }

  /** Whether a model is the user's own, and not one that comes with Heed. */
  isOwn({ path }: Pick<ModelFile, 'path'>): boolean {
    return dirname(path) === join(this.#home, OWN_MODELS_FOLDER);
  }

  /**
   * Gives a model another name. @returns its new id
   * @throws {HeedError} usage where the model comes with Heed, or the name cannot be or is taken; file-unwritable
   */
  async rename(id: string, name: string): Promise<string> {
    await this.#own(id, 'renamed');
    const to = modelName(name);
    if (to === id) return id;
    const taken = (await this.#folder.list()).find((file) => file.id !== id && sameName(file.id, to));
    if (taken) throw new HeedError('usage', `There is a model “${taken.id}” already; choose another name.`);
    await this.#takes.moveFiles({ kind: 'rename-model', label: id, to, takeCount: 0 }, [
      { from: modelPath(id), to: modelPath(to) },
    ]);
    return to;
  }

  /** Makes a copy of any model, the user's own. @returns the copy's id @throws {HeedError} model-missing, file-unwritable */
  async duplicate(id: string): Promise<string> {
    const { path } = await this.#find(id);
    const to = await this.#freeName(`${id} copy`);
    // The copy is made where undo puts it away to, so that the operation is but a move.
    const aside = trashPath(randomUUID()).replace(/\.wav$/, ENDING);
    try {
      await mkdir(dirname(join(this.#home, aside)), { recursive: true });
      await copyFile(path, join(this.#home, aside));
    } catch (error) {
      throw unwritable(join(this.#home, modelPath(to)), error);
    }
    await this.#takes.moveFiles({ kind: 'duplicate-model', label: id, to, takeCount: 0 }, [
      { from: aside, to: modelPath(to) },
    ]);
    return to;
  }

  /** Moves a model to the trash. @throws {HeedError} usage where it comes with Heed; file-unwritable */
  async delete(id: string): Promise<void> {
    await this.#own(id, 'deleted');
    await this.#takes.moveFiles({ kind: 'delete-model', label: id, takeCount: 0 }, [
      { from: modelPath(id), to: trashPath(randomUUID()).replace(/\.wav$/, ENDING) },
    ]);
  }

  async #find(id: string): Promise<ModelFile> {
    const file = await this.#folder.find(id);
    if (!file) throw new HeedError('model-missing', `There is no model “${id}” any more; it may have been renamed.`);
    return file;
  }

  async #own(id: string, what: string): Promise<void> {
    if (!this.isOwn(await this.#find(id)))
      throw new HeedError('usage', `The model “${id}” comes with Heed and cannot be ${what}; a copy of it can.`);
  }

  async #freeName(wanted: string): Promise<string> {
    const taken = (await this.#folder.list()).map(({ id }) => id);
    const base = wanted.slice(0, LONGEST_NAME - 4);
    let name = base;
    for (let number = 2; taken.some((id) => sameName(id, name)); number++) name = `${base} ${number}`;
    return name;
  }
}

function modelPath(id: string): string {
  return `${OWN_MODELS_FOLDER}/${id}${ENDING}`;
}

/** Names that some file systems do not tell apart. */
function sameName(a: string, b: string): boolean {
  return a.normalize('NFC').toLowerCase() === b.normalize('NFC').toLowerCase();
}

/** A name fit to be that of a file on every system. @throws {HeedError} usage, saying what is wrong with it */
function modelName(text: string): string {
  const name = text.normalize('NFC').trim().replace(/\s+/gu, ' ');
  const problem =
    name === ''
      ? 'it is empty'
      : name.length > LONGEST_NAME
        ? `it is longer than ${LONGEST_NAME} characters`
        : FORBIDDEN.test(name)
          ? 'it holds a character that file names cannot have, such as / or ?'
          : name.startsWith('.') || name.endsWith('.')
            ? 'it begins or ends with a point'
            : undefined;
  if (problem)
    throw new HeedError('usage', `“${name.slice(0, LONGEST_NAME)}” cannot be the name of a model: ${problem}.`);
  return name;
}
