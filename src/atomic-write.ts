import { randomBytes } from 'node:crypto';
import { mkdir, open, realpath, rename, stat, unlink } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { HeedError } from './errors.ts';

/** The write under way for each path; the next one waits for it, so that the last call's contents stay. */
const underWay = new Map<string, Promise<void>>();

/**
 * Writes a whole file or nothing: into a temporary file beside it, fsync, rename. Missing folders are made, a link is
 * followed, the permissions of a file that is replaced are kept.
 *
 * By hand because the npm package write-file-atomic (7.0) takes a write that a full disk cut short for a complete one,
 * and so puts half a file in place of the old one; `FileHandle.writeFile` goes on until every byte is written.
 *
 * @throws {HeedError} file-unwritable; whatever stood at `path` before still stands
 */
export async function writeAtomically(path: string, contents: Uint8Array | string): Promise<void> {
  const key = resolve(path);
  const previous = underWay.get(key) ?? Promise.resolve();
  const current = previous.catch(() => {}).then(() => replace(path, contents));
  underWay.set(key, current);
  try {
    await current;
  } catch (error) {
    throw unwritable(path, error);
  } finally {
    if (underWay.get(key) === current) underWay.delete(key);
  }
}

async function replace(path: string, contents: Uint8Array | string): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  const target = await realpath(path).catch(() => path);
  const mode = (await stat(target).catch(() => undefined))?.mode;
  const temporary = `${target}.${randomBytes(6).toString('hex')}.tmp`;
  const file = await open(temporary, 'wx');
  try {
    try {
      if (mode !== undefined) await file.chmod(mode & 0o777);
      await file.writeFile(contents);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(temporary, target);
  } catch (error) {
    await unlink(temporary).catch(() => {});
    throw error;
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
