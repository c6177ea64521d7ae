import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { writeWav } from '../../src/audio/wav-write.ts';
import { synthesise } from '../sounds/synthesise.ts';
import { canOpenWindows } from './executables.ts';
import { type Face, openShell } from './faces.ts';
import { composeStream, writeCaptureFile } from './sound-stream.ts';
import { StudioPage } from './studio-page.ts';

const TAKES = 600;
/** What a window of 1280×800 can show at once, with what lies a little above and below. */
const MOST_DRAWN = 120;
/** The list is scrolled through in so many parts of so many frames. */
const PARTS = 8;
const STEPS = 6;

describe.skipIf(!canOpenWindows)(`a word with ${TAKES} takes`, () => {
  let folder: string;
  let face: Face;
  let page: Page;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'heed-many-'));
    const [home, quiet] = [join(folder, 'home'), join(folder, 'quiet.wav')];
    // Put there as plain files, as a person may: Heed takes them in when it starts.
    await mkdir(join(home, 'words', 'doorbell'), { recursive: true });
    for (let i = 0; i < TAKES; i++) {
      const samples = synthesise('chirp', i % 20).subarray(0, 8000);
      await writeFile(join(home, 'words', 'doorbell', `${i}.wav`), writeWav({ samples, sampleRateHz: 16_000 }));
    }
    await writeCaptureFile(quiet, composeStream([]));
    face = await openShell({ microphone: { file: quiet, loop: true }, home });
    page = face.page;
    await page.setViewportSize({ width: 1280, height: 800 });
  }, 180_000);
  afterAll(async () => {
    await face?.close();
    await rm(folder, { recursive: true, force: true });
  });

  const drawn = (): Promise<number> => page.getByRole('option').count();

  it('draws only those in sight, from the first to the last, and the keyboard comes to all of them', async () => {
    await new StudioPage(page).waitForStatus(/^Asleep/);
    await page.keyboard.press('2');
    await page.getByText(`${TAKES} takes`).waitFor({ timeout: 120_000 });
    await page.getByRole('button', { name: 'Open doorbell' }).click();
    await page.getByRole('option').first().waitFor();
    const [list] = await page.getByRole('listbox').all();
    let most = await drawn();
    const frames = await scrollThrough(page, async () => {
      most = Math.max(most, await drawn());
    });
    console.log(
      `Scrolling through ${TAKES} takes: ${frames.length} frames, median ${quantile(frames, 0.5).toFixed(1)} ms, ` +
        `95 % within ${quantile(frames, 0.95).toFixed(1)} ms; at most ${most} takes drawn at once.`,
    );
    expect(most).toBeLessThan(MOST_DRAWN);
    expect(await page.locator('#root *').count()).toBeLessThan(2000);

    await list!.press('Home');
    await page.getByRole('option', { name: /^Take 1,/ }).waitFor();
    await page.keyboard.press('End');
    await page.getByRole('option', { name: new RegExp(`^Take ${TAKES},`) }).waitFor();
    expect(await drawn()).toBeLessThan(MOST_DRAWN);
    expect(face.complaints).toEqual([]);
  }, 240_000);
});

/** Scrolls the takes from top to bottom, a little in every frame; the lengths of the frames in milliseconds. */
async function scrollThrough(page: Page, afterPart: () => Promise<void>): Promise<number[]> {
  const frames: number[] = [];
  for (let part = 0; part < PARTS; part++) {
    const from = part / PARTS;
    const times = await page.evaluate(scrollPart, { from, to: from + 1 / PARTS, steps: STEPS });
    frames.push(...times.slice(1).map((time, i) => time - times[i]!));
    await afterPart();
  }
  return frames;
}

/** Runs in the page: scrolls the list from one share of its height to another; the moments of the frames. */
function scrollPart({ from, to, steps }: { from: number; to: number; steps: number }): Promise<number[]> {
  /* eslint-disable @typescript-eslint/no-explicit-any -- tests are checked without the DOM */
  const { document, requestAnimationFrame } = globalThis as any;
  const list = document.querySelector('[role=listbox]');
  const height = list.scrollHeight - list.clientHeight;
  return new Promise((resolve) => {
    const times: number[] = [];
    const next = (time: number): void => {
      times.push(time);
      list.scrollTop = height * (from + ((to - from) * (times.length - 1)) / steps);
      if (times.length <= steps) requestAnimationFrame(next);
      else resolve(times);
    };
    requestAnimationFrame(next);
  });
}

function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))]!;
}
