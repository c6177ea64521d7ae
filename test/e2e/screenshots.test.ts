import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { synthesise } from '../sounds/synthesise.ts';
import { canOpenWindows } from './executables.ts';
import { openShell, type FaceOptions } from './faces.ts';
import { composeStream, writeCaptureFile } from './sound-stream.ts';
import { StudioPage } from './studio-page.ts';

const SIZES = [
  { width: 1280, height: 800 },
  { width: 900, height: 600 },
];
const SCHEMES = ['light', 'dark'] as const;

/** Pictures to look at; what a machine can check of them is that nothing is cut off. */
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
    console.log(`Screenshots of the studio: ${folder}`);
  });
  afterAll(async () => {
    for (const file of [sounds, zeros]) await rm(file, { force: true });
  });

  async function photograph(page: Page, state: string): Promise<void> {
    for (const colorScheme of SCHEMES) {
      for (const size of SIZES) {
        await page.emulateMedia({ colorScheme });
        await page.setViewportSize(size);
        await page.screenshot({ path: join(folder, `${state}-${colorScheme}-${size.width}x${size.height}.png`) });
        expect(await cutOff(page), `${state}, ${size.width}×${size.height}`).toEqual([]);
      }
    }
  }
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
      await photograph(page, 'asleep');
      await studio.startListening();
      await expect.poll(async () => (await studio.heardWords()).length, { timeout: 20_000 }).toBeGreaterThanOrEqual(2);
      await photograph(page, 'listening');
    }));

  it('failing: the microphone gives nothing but zeros', () =>
    withStudio({ microphone: { file: zeros, loop: true } }, async (page, studio) => {
      await page.getByRole('button', { name: 'Start listening' }).click();
      await studio.problem();
      await photograph(page, 'failing');
    }));
});

/** What sticks out of the window, other than in the history, which scrolls. */
async function cutOff(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    /* eslint-disable @typescript-eslint/no-explicit-any -- runs in the page; tests are checked without the DOM */
    const { document, innerWidth, innerHeight } = globalThis as any;
    const isOutside = (element: any): boolean => {
      const { left, right, top, bottom } = element.getBoundingClientRect();
      return left < 0 || top < 0 || right > innerWidth + 1 || bottom > innerHeight + 1;
    };
    // What is only for screen readers lies in a box of one pixel; React Aria keeps each slider's input out of sight.
    const isShown = (element: any): boolean => {
      for (let box = element; box !== null; box = box.parentElement)
        if (box.getBoundingClientRect().width <= 1) return false;
      return !element.matches('input');
    };
    return [...document.querySelectorAll('#root *')]
      .filter((element: any) => isOutside(element) && isShown(element) && !element.closest('[role=list]'))
      .map((element: any) => `${element.tagName}.${element.className}: ${element.innerText ?? ''}`);
  });
}
