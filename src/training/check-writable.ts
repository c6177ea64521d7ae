import { access, constants, mkdir, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { unwritable } from '../atomic-write.ts';
import { HeedError } from '../errors.ts';

/**
 * Finds out before hours of training, not after, that the model could not be saved. Makes the folder it will lie in.
 * @throws {HeedError} file-unwritable
 */
export async function checkWritable(out: string): Promise<void> {
  const folder = dirname(out);
  try {
    await mkdir(folder, { recursive: true });
    await access(folder, constants.W_OK);
  } catch (error) {
    throw unwritable(out, error);
  }
  if (
    await stat(out).then(
      (entry) => entry.isDirectory(),
      () => false,
    )
  )
    throw new HeedError('file-unwritable', `${out} is a folder; name a file for the model.`);
}
