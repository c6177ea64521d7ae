import { randomBytes } from 'node:crypto';
import { mkdir, open, realpath, rename, stat, unlink, type FileHandle } from 'node:fs/promises';
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
 * @param name  what messages call it, where its path would tell nobody anything
 * @throws {HeedError} file-unwritable; whatever stood at `path` before still stands
 */
export async function writeAtomically(path: string, contents: Uint8Array | string, name = path): Promise<void> {
  await fillAtomically(path, (file) => file.writeFile(contents), name);
}

/** A file that is being written from its beginning to its end, but for corrections. */
export interface FileBeingWritten {
  /** Appends bytes. */
  append(bytes: Uint8Array): Promise<void>;
  /** Replaces bytes that were appended before, such as a header that lacked the length. */
  overwrite(position: number, bytes: Uint8Array): Promise<void>;
}

/**
 * As {@link writeAtomically}, for contents too large to be in memory at once.
 * @param write  appends the contents; where it throws, nothing is replaced
 * @throws {HeedError} file-unwritable; what `write` throws of its own
 */
export async function writePiecesAtomically(
  path: string,
  write: (file: FileBeingWritten) => Promise<void>,
): Promise<void> {
  await fillAtomically(path, async (file) => {
    let end = 0;
    const put = async (position: number, bytes: Uint8Array): Promise<void> => {
      for (let written = 0; written < bytes.length;)
        written += (await file.write(bytes, written, bytes.length - written, position + written)).bytesWritten;
    };
    await write({
      append: async (bytes) => {
        await put(end, bytes);
        end += bytes.length;
      },
      overwrite: put,
    });
  });
}

/** What fills the temporary file. */
type Fill = (file: FileHandle) => Promise<void>;

async function fillAtomically(path: string, fill: Fill, name = path): Promise<void> {
  const key = resolve(path);
  const previous = underWay.get(key) ?? Promise.resolve();
  const current = previous.catch(() => {}).then(() => replace(path, fill));
  underWay.set(key, current);
  try {
    await current;
  } catch (error) {
    throw error instanceof HeedError ? error : unwritable(name, error);
  } finally {
    if (underWay.get(key) === current) underWay.delete(key);
  }
}

async function replace(path: string, fill: Fill): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  const target = await realpath(path).catch(() => path);
  const mode = (await stat(target).catch(() => undefined))?.mode;
  const temporary = `${target}.${randomBytes(6).toString('hex')}.tmp`;
  const file = await open(temporary, 'wx');
  try {
    try {
      if (mode !== undefined) await file.chmod(mode & 0o777);
      await fill(file);
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
