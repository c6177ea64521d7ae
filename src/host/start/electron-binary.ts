import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Electron's executable, or in a few words why there is none. */
export type ElectronBinary = { readonly path: string } | { readonly missing: string };

export interface InstallLimits {
  /** Given up when not a byte has come after this long: there is no connection. */
  readonly firstByteMs: number;
  /** Given up when nothing more has come for this long. */
  readonly stallMs: number;
}

const DEFAULT_LIMITS: InstallLimits = { firstByteMs: 8000, stallMs: 60_000 };
const POLL_MS = 250;

/**
 * Where the executable of the installed `electron` package lies, or null while its binary was not fetched. Read from
 * the same `path.txt` that the package's own start script reads, which would fetch it without a limit.
 */
export function findElectron(packageFolder: string): string | null {
  const given = process.env['ELECTRON_EXEC_PATH'];
  if (given) return given;
  const pathFile = join(packageFolder, 'path.txt');
  if (!existsSync(pathFile)) return null;
  const distFolder = process.env['ELECTRON_OVERRIDE_DIST_PATH'] ?? join(packageFolder, 'dist');
  const path = join(distFolder, readFileSync(pathFile, 'utf8').trim());
  return existsSync(path) ? path : null;
}

/**
 * Fetches Electron's binary with the package's own installer, showing how far it is, and gives up soon where nothing
 * comes. The installer downloads into a temporary folder; how much has come is seen there.
 *
 * @param packageFolder  `node_modules/electron`
 * @param show  is given a line to show in place of the one before
 */
export async function installElectron(
  packageFolder: string,
  show: (line: string) => void,
  limits: InstallLimits = DEFAULT_LIMITS,
): Promise<ElectronBinary> {
  const installer = join(packageFolder, 'install.js');
  if (!existsSync(installer)) return { missing: 'the electron package is not installed' };
  const downloadFolder = await mkdtemp(join(tmpdir(), 'heed-electron-'));
  const inDownloadFolder = { TMPDIR: downloadFolder, TEMP: downloadFolder, TMP: downloadFolder };
  const child = spawn(process.execPath, [installer], {
    env: { ...process.env, ...inDownloadFolder, ELECTRON_GET_NO_PROGRESS: '1' },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let complaint = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => (complaint = (complaint + text).slice(-8192)));

  let bytes = 0;
  let shownMegabytes = 0;
  let lastChangeMs = performance.now();
  let gaveUp: string | null = null;
  show('Fetching Electron …');
  const watch = setInterval(() => {
    void folderBytes(downloadFolder).then((now) => {
      const idleMs = performance.now() - lastChangeMs;
      if (now > bytes) {
        bytes = now;
        lastChangeMs = performance.now();
        const megabytes = 10 * Math.floor(bytes / 1e7);
        if (megabytes > shownMegabytes) show(`Fetching Electron … ${megabytes} of about 120 MB`);
        shownMegabytes = megabytes;
      } else if (idleMs > (bytes === 0 ? limits.firstByteMs : limits.stallMs)) {
        gaveUp = bytes === 0 ? 'nothing came from its download site' : 'its download stopped midway';
        child.kill('SIGKILL');
      }
    });
  }, POLL_MS);

  const code = await new Promise<number | null>((resolve) => {
    child.once('error', () => resolve(1));
    child.once('close', resolve);
  });
  clearInterval(watch);
  await rm(downloadFolder, { recursive: true, force: true });
  const path = code === 0 ? findElectron(packageFolder) : null;
  return path === null ? { missing: `its binary could not be fetched: ${gaveUp ?? causeOf(complaint)}` } : { path };
}

/** The telling part of what the installer printed: the innermost error, without the stack. */
export function causeOf(complaint: string): string {
  const errors = [...complaint.matchAll(/^\s*(?:\[cause\]: )?\w*Error(?: \[\w+\])?: (.+)$/gm)].map(
    (match) => match[1]!,
  );
  const innermost = errors.at(-1) ?? 'the installer failed';
  // All that Node's fetch says of a missing connection.
  return innermost === 'fetch failed' ? 'its download site cannot be reached' : innermost.replace(/[.{\s]+$/, '');
}

async function folderBytes(folder: string): Promise<number> {
  let bytes = 0;
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => [])) {
    if (entry.isFile()) bytes += (await stat(join(entry.parentPath, entry.name)).catch(() => ({ size: 0 }))).size;
  }
  return bytes;
}
