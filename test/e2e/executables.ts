import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';

const require = createRequire(import.meta.url);
const { findChromium } = require('../electron-standin/chromium.cjs') as { findChromium: () => string | undefined };

/** The Chromium that the tests drive: HEED_CHROMIUM, or the installed one; undefined where there is none. */
export const chromium: string | undefined = findChromium();

/** Electron's own binary, where it was downloaded. */
function realElectron(): string | undefined {
  const folder = fileURLToPath(new URL('../../node_modules/electron/', import.meta.url));
  if (!existsSync(`${folder}path.txt`)) return undefined;
  const binary = `${folder}dist/${readFileSync(`${folder}path.txt`, 'utf8').trim()}`;
  return existsSync(binary) ? binary : undefined;
}

/** Whether windows are Electron's own; the stand-in's carry each message through DevTools, which costs as much as drawing. */
export const hasElectron: boolean = realElectron() !== undefined;

/** What starts the shell: Electron where its binary is, else the stand-in, which needs Chromium. */
export const electron: string =
  realElectron() ?? fileURLToPath(new URL('../electron-standin/electron', import.meta.url));

/** Whether windows can be opened at all; says once, in one line, why not. */
export const canOpenWindows: boolean = hasElectron || chromium !== undefined;
