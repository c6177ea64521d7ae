import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import writeFileAtomic from 'write-file-atomic';
import { HeedError } from './errors.ts';

/**
 * Writes a whole file or nothing: into a temporary file beside it, fsync, rename. Missing folders are made.
 * @throws {HeedError} file-unwritable; whatever stood at `path` before still stands
 */
export async function writeAtomically(path: string, contents: Uint8Array | string): Promise<void> {
  try {
    await mkdir(dirname(path), { recursive: true });
    await writeFileAtomic(
      path,
      typeof contents === 'string' ? contents : Buffer.from(contents.buffer, contents.byteOffset, contents.byteLength),
    );
  } catch (error) {
    throw unwritable(path, error);
  }
}

/** The sentence for a file that could not be written. */
export function unwritable(path: string, cause: unknown): HeedError {
  const code = (cause as NodeJS.ErrnoException | undefined)?.code;
  const reason =
    code === 'ENOSPC'
      ? 'the disk is full; nothing that was there is lost, make room and try again'
      : code === 'EACCES' || code === 'EPERM' || code === 'EROFS'
        ? 'the folder is not writable; choose another, or change its permissions'
        : cause instanceof Error
          ? cause.message
          : String(cause);
  return new HeedError('file-unwritable', `${path} could not be saved: ${reason}.`, { cause });
}
