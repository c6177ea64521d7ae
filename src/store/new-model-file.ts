import { basename, join } from 'node:path';
import type { ModelsFolder } from './models-folder.ts';

const ENDING = '.onnx';
const MAX_ID_LENGTH = 60;

/** A place for a new model: an id that no model has yet, and its path in the user's folder. */
export interface NewModelFile {
  readonly id: string;
  readonly path: string;
}

/**
 * A place for a model of this name, in a folder for the user's own. Where the name is taken, a number follows it; what no
 * file system takes in a name is left out.
 * @param name  a file's name, with or without `.onnx`; from outside, so never used as a path
 */
export async function newModelFile(models: ModelsFolder, ownFolder: string, name: string): Promise<NewModelFile> {
  const wanted =
    basename(name.replaceAll('\\', '/'))
      .replace(/\.onnx$/i, '')
      .replace(/[\p{Cc}<>:"/|?*]/gu, '')
      .replace(/^[.\s]+|[.\s]+$/g, '')
      .slice(0, MAX_ID_LENGTH)
      .trim() || 'imported';
  // File systems may not tell case apart.
  const taken = new Set((await models.list()).map(({ id }) => id.toLowerCase()));
  let id = wanted;
  for (let number = 2; taken.has(id.toLowerCase()); number++) id = `${wanted} ${number}`;
  return { id, path: join(ownFolder, `${id}${ENDING}`) };
}
