import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { builtStudioFolder } from '../../src/host/start/build.ts';
import { canOpenWindows } from './executables.ts';
import { trainSoundsModel } from './sounds-model.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** A HEED_HOME in which a model of three synthesised sounds is in use. */
    soundsHome: string;
  }
}

/** Once before all end-to-end tests: builds the app where its build is missing or stale, and trains the small model. */
export default async function setUp(project: TestProject): Promise<() => Promise<void>> {
  const soundsHome = await mkdtemp(join(tmpdir(), 'heed-sounds-'));
  project.provide('soundsHome', soundsHome);
  if (canOpenWindows) {
    await builtStudioFolder();
    await trainSoundsModel(soundsHome);
  } else {
    console.log('Skipped, for want of Chromium or Electron: everything that opens a window (set HEED_CHROMIUM).');
  }
  return () => rm(soundsHome, { recursive: true, force: true });
}
