import { readFile, stat } from 'node:fs/promises';
import { HeedError } from './errors.ts';

/**
 * The bytes of a file.
 * @throws {HeedError} file-missing; file-unreadable where it is a folder, a device, or may not be read
 */
export async function readWholeFile(path: string): Promise<Uint8Array> {
  try {
    const entry = await stat(path);
    if (entry.isDirectory()) throw new HeedError('file-unreadable', `${path} is a folder; name a file in it.`);
    // A pipe or a device may never end.
    if (!entry.isFile()) throw new HeedError('file-unreadable', `${path} is not a file but a pipe or a device.`);
    return await readFile(path);
  } catch (error) {
    throw error instanceof HeedError ? error : unreadable(path, error);
  }
}

function unreadable(path: string, cause: unknown): HeedError {
  const code = (cause as NodeJS.ErrnoException | undefined)?.code;
  if (code === 'ENOENT' || code === 'ENOTDIR')
    return new HeedError('file-missing', `There is no file ${path}; check the path.`, { cause });
  const reason =
    code === 'EACCES' || code === 'EPERM'
      ? 'this user may not read it; change its permissions'
      : cause instanceof Error
        ? cause.message
        : String(cause);
  return new HeedError('file-unreadable', `${path} could not be read: ${reason}.`, { cause });
}
