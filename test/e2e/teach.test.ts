import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { synthesise } from '../sounds/synthesise.ts';
import { canOpenWindows } from './executables.ts';
import { type Face, openShell } from './faces.ts';
import { pressButton } from './keyboard.ts';
import { photograph } from './photograph.ts';
import { composeStream, writeCaptureFile } from './sound-stream.ts';
import { StudioPage } from './studio-page.ts';
import { recordTakes, TAUGHT } from './taught-words.ts';

const LEARNING_MS = 120_000;

describe.skipIf(!canOpenWindows)('teaching three words by keyboard alone', () => {
  let folder: string;
  let face: Face;
  let page: Page;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'heed-teach-'));
    const [home, file] = [join(folder, 'home'), join(folder, 'stream.wav')];
    await recordTakes(home, 8);
    const clips = Object.values(TAUGHT).map((kind) => ({ samples: synthesise(kind, 500), gapMs: 1200 }));
    await writeCaptureFile(file, composeStream(clips));
    face = await openShell({ microphone: { file, loop: true }, home });
    page = face.page;
  }, 60_000);
  afterAll(async () => {
    await face?.close();
    await rm(folder, { recursive: true, force: true });
  });

  it('says what will be learned, from what, with how much', async () => {
    await new StudioPage(page).waitForStatus(/^Asleep/);
    await page.keyboard.press('3');
    await expect
      .poll(() => page.getByRole('main').innerText(), { timeout: 15_000 })
      .toMatch(/From heed-en, teach lamp off, lamp on and music with 24 takes\./);
    await photograph(page, 'teach-plan');
  });

  it('is cancelled, and leaves everything as it was', async () => {
    await pressButton(page, 'Start');
    await page.getByTestId('lesson-stage').waitFor();
    await pressButton(page, 'Cancel');
    await page.getByRole('button', { name: 'Start', exact: true }).waitFor();
  });

  it(
    'is paused, goes on, and is compared with the old model',
    async () => {
      await pressButton(page, 'Start');
      await expect.poll(() => page.getByTestId('lesson-stage').innerText(), { timeout: 60_000 }).toMatch(/^Pass/);
      await pressButton(page, 'Pause');
      await photograph(page, 'teach-paused');
      await pressButton(page, 'Go on');
      await photograph(page, 'teach-running');
      await page.getByRole('button', { name: 'Use it' }).waitFor({ timeout: LEARNING_MS });
      expect(await page.getByRole('main').innerText()).toMatch(/Of 6 takes that it never learned from/);
      await photograph(page, 'teach-done');
    },
    LEARNING_MS + 60_000,
  );

  it('is used, heard live, and taken back', { timeout: 120_000 }, async () => {
    const studio = new StudioPage(page);
    await pressButton(page, 'Use it');
    await page.getByText('my-words listens now.').waitFor();
    await photograph(page, 'teach-used');
    await page.keyboard.press('1');
    await pressButton(page, 'Start listening');
    await studio.waitForStatus(/^Listening/);
    await expect
      .poll(() => studio.heardWords(), { timeout: 30_000 })
      .toEqual(expect.arrayContaining(Object.keys(TAUGHT)));
    await page.keyboard.press('3');
    await pressButton(page, 'Go back to heed-en');
    await page.getByText('my-words listens now.').waitFor({ state: 'hidden' });
    await page.keyboard.press('1');
    await expect.poll(() => page.getByRole('list', { name: 'Words' }).innerText()).toMatch(/stop/);
    expect(face.complaints).toEqual([]);
  });
});
