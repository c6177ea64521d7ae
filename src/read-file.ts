import { access, open, readFile, stat } from 'node:fs/promises';
import { HeedError } from './errors.ts';

/**
 * The bytes of a file.
 * @throws {HeedError} file-missing; file-unreadable where it is a folder, a device, or may not be read
 */
export async function readWholeFile(path: string): Promise<Uint8Array> {
  try {
    await refuseOtherThanFile(path);
    return await readFile(path);
  } catch (error) {
    throw error instanceof HeedError ? error : unreadable(path, error);
  }
}

/** Whether there is a file or folder at a path. */
export async function isThere(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}

/** An open file whose bytes are read from any place in it. */
export interface OpenFile {
  readonly byteLength: number;
  /**
   * The bytes `[position, position + length)`.
   * @throws {HeedError} file-unreadable where the file has become shorter, or cannot be read any more
   */
  read(position: number, length: number): Promise<Uint8Array>;
  close(): Promise<void>;
}

/**
 * Opens a file that is too long to be read whole.
 * @throws {HeedError} as readWholeFile
 */
export async function openFile(path: string): Promise<OpenFile> {
  try {
    await refuseOtherThanFile(path);
    const file = await open(path);
    const { size } = await file.stat();
    return {
      byteLength: size,
      read: async (position, length) => {
        const bytes = new Uint8Array(length);
        for (let filled = 0; filled < length;) {
          const { bytesRead } = await file
            .read(bytes, filled, length - filled, position + filled)
            .catch((error: unknown) => {
              throw unreadable(path, error);
            });
          if (bytesRead === 0)
            throw new HeedError('file-unreadable', `${path} became shorter while it was read; try again.`);
          filled += bytesRead;
        }
        return bytes;
      },
      close: () => file.close(),
    };
  } catch (error) {
    throw error instanceof HeedError ? error : unreadable(path, error);
  }
}

async function refuseOtherThanFile(path: string): Promise<void> {
  const entry = await stat(path);
  if (entry.isDirectory()) throw new HeedError('file-unreadable', `${path} is a folder; name a file in it.`);
  // A pipe or a device may never end.
  if (!entry.isFile()) throw new HeedError('file-unreadable', `${path} is not a file but a pipe or a device.`);
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
