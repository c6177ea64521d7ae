import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { synthesise } from '../sounds/synthesise.ts';
import { canOpenWindows } from './executables.ts';
import { openShell, type FaceOptions } from './faces.ts';
import { photograph } from './photograph.ts';
import { composeStream, writeCaptureFile } from './sound-stream.ts';
import { StudioPage } from './studio-page.ts';

describe.skipIf(!canOpenWindows)('the Listen screen fits its window, large and small, light and dark', () => {
  let folder: string;
  let sounds: string;
  let zeros: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'heed-screenshots-'));
    sounds = join(folder, 'sounds.wav');
    zeros = join(folder, 'zeros.wav');
    const kinds = ['chirp', 'hum', 'pulses'] as const;
    await writeCaptureFile(
      sounds,
      composeStream(kinds.map((kind) => ({ samples: synthesise(kind, 500), gapMs: 900 }))),
    );
    await writeCaptureFile(zeros, new Float32Array(16_000));
  });
  afterAll(async () => {
    await rm(folder, { recursive: true, force: true });
  });

  async function withStudio(
    options: FaceOptions,
    use: (page: Page, studio: StudioPage) => Promise<void>,
  ): Promise<void> {
    const face = await openShell({ ...options, home: inject('soundsHome') });
    try {
      await use(face.page, new StudioPage(face.page));
    } finally {
      await face.close();
    }
  }

  it('asleep, before anything was heard; then listening, with a history', () =>
    withStudio({ microphone: { file: sounds, loop: true } }, async (page, studio) => {
      await studio.waitForStatus(/^Asleep/);
      await photograph(page, 'listen-asleep', { fits: true });
      await page.keyboard.press('?');
      await page.getByRole('dialog', { name: 'Keys' }).waitFor();
      await photograph(page, 'keys');
      await page.keyboard.press('Escape');
      await studio.startListening();
      await expect.poll(async () => (await studio.heardWords()).length, { timeout: 20_000 }).toBeGreaterThanOrEqual(2);
      await photograph(page, 'listen-listening', { fits: true });
      await page.evaluate("document.documentElement.dataset.theme = 'contrast'");
      await photograph(page, 'listen-contrast', { fits: true });
    }));

  it('failing: the microphone gives nothing but zeros', () =>
    withStudio({ microphone: { file: zeros, loop: true } }, async (page, studio) => {
      await page.getByRole('button', { name: 'Start listening' }).click();
      await studio.problem();
      await photograph(page, 'listen-failing', { fits: true });
    }));
});
