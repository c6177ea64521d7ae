import { mkdir } from 'node:fs/promises';
import { shell } from 'electron';

/** Shows a folder in the system's file manager; makes it first, where nothing was ever kept in it. */
export async function openFolder(path: string): Promise<void> {
  await mkdir(path, { recursive: true }).catch(() => undefined);
  await shell.openPath(path);
}
