import { readFile, stat } from 'node:fs/promises';
import { writeAtomically } from '../atomic-write.ts';
import { HeedError } from '../errors.ts';
import type { Model } from './model.ts';
import { MAX_MODEL_BYTES } from './onnx/decode.ts';
import { readModel } from './onnx/read.ts';
import { malformed } from './onnx/refusal.ts';
import { writeModel } from './onnx/write.ts';

/**
 * Saves a model as an ONNX file, whole or not at all.
 * @throws {HeedError} file-unwritable, with what stood at `path` untouched; what `writeModel` throws
 */
export async function saveModel(path: string, model: Model): Promise<void> {
  await writeAtomically(path, writeModel(model));
}

/**
 * Loads a model that Heed saved.
 * @throws {HeedError} model-missing, file-unreadable; what `readModel` throws
 */
export async function loadModel(path: string): Promise<Model> {
  return readModel(await readModelFile(path), path);
}

/**
 * The bytes of a model file, for who wants to send or describe it as it is.
 * @throws {HeedError} model-missing, file-unreadable; model-format where it is larger than any model
 */
export async function readModelFile(path: string): Promise<Uint8Array> {
  try {
    const entry = await stat(path);
    // A pipe or a device would never end.
    if (!entry.isFile() && !entry.isDirectory()) throw malformed(path, 'it is not a file');
    if (entry.size > MAX_MODEL_BYTES) throw malformed(path, `it has ${entry.size} bytes, more than any model`);
    return await readFile(path);
  } catch (error) {
    if (error instanceof HeedError) throw error;
    throw unreadable(path, error);
  }
}

function unreadable(path: string, cause: unknown): HeedError {
  const code = (cause as NodeJS.ErrnoException | undefined)?.code;
  if (code === 'ENOENT' || code === 'ENOTDIR')
    return new HeedError('model-missing', `There is no model at ${path}; check the path, or train a model first.`, {
      cause,
    });
  const reason =
    code === 'EISDIR'
      ? 'it is a folder; name the .onnx file in it'
      : code === 'EACCES' || code === 'EPERM'
        ? 'this user may not read it; change its permissions'
        : cause instanceof Error
          ? cause.message
          : String(cause);
  return new HeedError('file-unreadable', `${path} could not be read: ${reason}.`, { cause });
}
