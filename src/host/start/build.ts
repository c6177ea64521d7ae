import { spawn } from 'node:child_process';
import { readdir, stat } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { HeedError } from '../../errors.ts';
import { rootFolder } from '../root-folder.ts';

/** What a build is made from. */
const SOURCES = ['electron', 'renderer', 'src', 'electron.vite.config.ts', 'package-lock.json'];
/** What a build leaves; the last ones it writes. */
const PRODUCTS = ['out/main/index.cjs', 'out/main/engine.cjs', 'out/preload/index.cjs', 'out/renderer/index.html'];

/**
 * The built studio's folder; it is built first where it is missing or older than its sources.
 * @throws {HeedError} file-missing, where it cannot be built
 */
export async function builtStudioFolder(): Promise<string> {
  if (await isStale(rootFolder, SOURCES, PRODUCTS)) await build();
  return join(rootFolder, 'out', 'renderer');
}

/** Whether a product is missing, or a source is newer than the oldest product. */
export async function isStale(root: string, sources: readonly string[], products: readonly string[]): Promise<boolean> {
  let oldestProductMs = Infinity;
  for (const product of products) {
    const found = await stat(join(root, product)).catch(() => null);
    if (!found) return true;
    oldestProductMs = Math.min(oldestProductMs, found.mtimeMs);
  }
  for (const source of sources) if ((await newestMs(join(root, source))) > oldestProductMs) return true;
  return false;
}

/** When the newest file at or below a path was changed; a path that is not there is as old as can be. */
async function newestMs(path: string): Promise<number> {
  const found = await stat(path).catch(() => null);
  if (!found) return -Infinity;
  if (!found.isDirectory()) return found.mtimeMs;
  // A folder's own time changes when something in it is added or removed.
  const inside = await Promise.all((await readdir(path)).map((name) => newestMs(join(path, name))));
  return Math.max(found.mtimeMs, ...inside);
}

function build(): Promise<void> {
  process.stderr.write('Building the studio (this happens once, and after changes) …\n');
  const command = join(
    dirname(createRequire(import.meta.url).resolve('electron-vite/package.json')),
    'bin',
    'electron-vite.js',
  );
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [command, 'build', '--logLevel', 'warn'], {
      cwd: rootFolder,
      // Standard output belongs to the caller: `heed serve --json` writes there.
      stdio: ['ignore', process.stderr, process.stderr],
    });
    child.once('error', (error) => reject(notBuilt(error)));
    child.once('exit', (code) => (code === 0 ? resolve() : reject(notBuilt(`exit code ${code}`))));
  });
}

function notBuilt(cause: unknown): HeedError {
  const sentence =
    'The studio could not be built; what was printed above says why. "npm install" may be what is missing.';
  return new HeedError('file-missing', sentence, { cause });
}
