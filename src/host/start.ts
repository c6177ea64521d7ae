import { createRequire } from 'node:module';
import { dirname } from 'node:path';
import { asHeedError } from '../errors.ts';
import { rootFolder } from './root-folder.ts';
import { serveStudio } from './serve.ts';
import { builtStudioFolder } from './start/build.ts';
import { findElectron, installElectron, type ElectronBinary } from './start/electron-binary.ts';
import { electronArguments, runElectron } from './start/run-electron.ts';

/** `npm start`: the studio in Electron's window, or, where that cannot be, in the browser with one line that says why. */
async function start(): Promise<void> {
  const studioFolder = await builtStudioFolder();
  const electron = await obtainElectron();
  let whyNot: string;
  if ('path' in electron) {
    const args = electronArguments(rootFolder, process.platform, process.getuid?.());
    console.log(
      `Opening the studio in Electron${args.includes('--no-sandbox') ? ', as root and so without its sandbox' : ''}.`,
    );
    const run = await runElectron(electron.path, args);
    if ('exitCode' in run) {
      process.exitCode = run.exitCode;
      return;
    }
    whyNot = `it did not start: ${run.failed}`;
  } else {
    whyNot = electron.missing;
  }
  const { url } = await serveStudio({ open: true, studioFolder });
  console.log(`The studio runs in your browser, not in Electron (${whyNot}).`);
  console.log(`Open ${url}`);
  console.log('Press Ctrl+C to end it.');
}

async function obtainElectron(): Promise<ElectronBinary> {
  if (process.env['HEED_NO_ELECTRON']) return { missing: 'HEED_NO_ELECTRON is set' };
  if (process.env['ELECTRON_EXEC_PATH']) return { path: process.env['ELECTRON_EXEC_PATH'] };
  if (process.platform === 'linux' && !process.env['DISPLAY'] && !process.env['WAYLAND_DISPLAY']) {
    return { missing: 'no screen: neither DISPLAY nor WAYLAND_DISPLAY is set' };
  }
  const packageFolder = electronPackageFolder();
  if (packageFolder === null) return { missing: 'the electron package is not installed' };
  const path = findElectron(packageFolder);
  if (path !== null) return { path };
  const binary = await installElectron(packageFolder, showLine);
  if (process.stderr.isTTY) process.stderr.write('\r\x1b[K');
  return binary;
}

function electronPackageFolder(): string | null {
  try {
    return dirname(createRequire(import.meta.url).resolve('electron/package.json'));
  } catch {
    return null;
  }
}

/** Rewrites one line on a terminal; elsewhere each line stands. */
function showLine(line: string): void {
  process.stderr.write(process.stderr.isTTY ? `\r\x1b[K${line}` : `${line}\n`);
}

try {
  await start();
} catch (error) {
  console.error(`heed: ${asHeedError(error).message}`);
  process.exit(1);
}
