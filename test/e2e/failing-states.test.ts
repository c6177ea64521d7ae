import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { synthesise } from '../sounds/synthesise.ts';
import { mountSmallDisk } from '../small-disk.ts';
import { canOpenWindows } from './executables.ts';
import { type Face, type FaceOptions, openShell } from './faces.ts';
import { photograph } from './photograph.ts';
import { composeStream, writeCaptureFile } from './sound-stream.ts';
import { StudioPage } from './studio-page.ts';
import { recordTakes } from './taught-words.ts';

const SHIPPED = fileURLToPath(new URL('../../models/heed-en.onnx', import.meta.url));
/** Room for a window's profile and some takes. */
const DISK_SIZE = '40m';

describe.skipIf(!canOpenWindows)('what went wrong is said where it went wrong, with a way out', () => {
  let folder: string;
  let home: string;
  let microphone: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'heed-failing-'));
    home = join(folder, 'home');
    microphone = join(folder, 'microphone.wav');
    await recordTakes(home, 4);
    const clips = [700, 701].map((seed) => ({ samples: synthesise('hum', seed), gapMs: 1000 }));
    await writeCaptureFile(microphone, composeStream(clips));
  }, 120_000);
  afterAll(() => rm(folder, { recursive: true, force: true }));

  /** The studio on a copy of the takes; ready for keys. */
  async function open(options: Partial<FaceOptions> = {}): Promise<Face> {
    const face = await openShell({ microphone: { file: microphone, loop: true }, home, ...options });
    onTestFinished(() => face.close());
    await new StudioPage(face.page).waitForStatus(/^Asleep/, 60_000);
    return face;
  }
  const button = (page: Page, name: string) => page.getByRole('button', { name, exact: true });
  const guide = (page: Page): Promise<string> => page.getByTestId('guide').innerText();
  const screenText = (page: Page): Promise<string> => page.getByRole('main').innerText();

  it('no microphone: recording says to plug one in and try again', async () => {
    const { page } = await open({ microphone: 'missing' });
    await page.keyboard.press('2');
    await button(page, 'Record music').click();
    await expect
      .poll(() => guide(page))
      .toMatch(/No microphone was found\. Nothing is lost\. Plug one in, then try again/);
    await photograph(page, 'failing-microphone');
  });

  it.each(['missing', 'torn'])('a model that is %s: every screen names it, and leads to the others', async (how) => {
    const own = join(folder, `home of a model ${how}`);
    await mkdir(join(own, 'models'), { recursive: true });
    if (how === 'torn')
      await writeFile(join(own, 'models', 'kitchen.onnx'), (await readFile(SHIPPED)).subarray(0, 90_000));
    await recordTakes(own, 4);
    await writeFile(join(own, 'settings.json'), JSON.stringify({ modelId: 'kitchen' }));
    const { page } = await open({ home: own });
    await page.keyboard.press('Space');
    await expect.poll(() => new StudioPage(page).problem()).toMatch(/kitchen[\s\S]*Choose another model/);
    await photograph(page, `failing-model-${how}-listen`, { fits: true });
    for (const [key, screen] of [
      ['3', 'teach'],
      ['4', 'understand'],
    ] as const) {
      await page.keyboard.press(key);
      await expect.poll(() => screenText(page)).toMatch(/kitchen/);
      await photograph(page, `failing-model-${how}-${screen}`);
    }
    await button(page, 'Choose a model').click();
    await button(page, 'Use this model').waitFor();
    if (how === 'torn') expect(await screenText(page)).toMatch(/1 file here is no model[\s\S]*kitchen\.onnx/);
    await photograph(page, `failing-model-${how}-models`);
    await button(page, 'Use this model').click();
    await page.keyboard.press('3');
    await page.getByText(/^From heed-en, teach/).waitFor();
  });

  it('a disk that is full: recording and teaching say so, and both go on once there is room', async ({ skip }) => {
    const disk = mountSmallDisk(folder, DISK_SIZE) ?? skip('a small disk can be mounted only by root on Linux');
    onTestFinished(() => void execFileSync('umount', ['--lazy', disk]));
    const face = await open({ homeFolder: join(disk, 'home') });
    const { page } = face;
    await page.keyboard.press('2');
    await button(page, 'Open music').click();
    await button(page, 'Record').waitFor();
    const wavs = async (): Promise<string[]> => readdir(join(face.home, 'words', 'music'));
    const before = await wavs();
    const fillers = await fill(disk);
    await button(page, 'Record').click();
    await expect.poll(() => guide(page), { timeout: 60_000 }).toMatch(/could not be saved: the disk is full/);
    expect(await wavs()).toEqual(before);
    await photograph(page, 'failing-disk-record');
    await page.keyboard.press('3');
    await button(page, 'Start').click();
    await expect.poll(() => screenText(page)).toMatch(/could not be saved: the disk is full/);
    await photograph(page, 'failing-disk-teach');

    for (const file of fillers) await rm(file);
    await page.keyboard.press('2');
    await button(page, 'Open music').click();
    await button(page, 'Record').click();
    await expect.poll(async () => (await wavs()).length, { timeout: 60_000 }).toBeGreaterThan(before.length);
    await page.keyboard.press('Escape');
    expect(face.complaints).toEqual([]);
  }, 300_000);

  it('a lesson whose takes another program deletes: it says what it misses, and can begin again', async () => {
    const face = await open();
    const { page } = face;
    await page.keyboard.press('3');
    await button(page, 'More').click();
    await page.getByText('nothing', { exact: true }).click();
    await button(page, 'Start').click();
    await page.getByTestId('lesson-stage').waitFor();
    await button(page, 'Pause').click();
    await button(page, 'Go on').waitFor();
    await rm(join(face.home, 'teach', 'takes'), { recursive: true });
    await button(page, 'Go on').click();
    await page.getByText('This lesson did not work out.').waitFor();
    await photograph(page, 'failing-lesson');
    await button(page, 'Start again').click();
    await page.getByTestId('lesson-stage').waitFor();
    await button(page, 'Cancel').click();
    await button(page, 'Start').waitFor();
  });

  it('a take that was deleted by mistake comes back after Heed was closed and opened again', async () => {
    const homeFolder = join(folder, 'kept home');
    const first = await openShell({ microphone: { file: microphone, loop: true }, home, homeFolder });
    await new StudioPage(first.page).waitForStatus(/^Asleep/, 60_000);
    const takes = async (): Promise<number> => (await readdir(join(homeFolder, 'words', 'music'))).length;
    const count = await takes();
    await first.page.keyboard.press('2');
    await button(first.page, 'Open music').click();
    await button(first.page, 'Delete').click();
    await expect.poll(takes).toBe(count - 1);
    await first.close();

    const { page } = await open({ home: undefined, homeFolder });
    await page.keyboard.press('Control+z');
    await expect.poll(() => new StudioPage(page).messages()).toContainEqual('1 take of “music” is back.');
    expect(await takes()).toBe(count);
    await page.keyboard.press('2');
    await button(page, 'Open music').waitFor();
    await photograph(page, 'failing-undone');
  });
});

/** Fills a disk to its last byte. @returns the files that do */
async function fill(disk: string): Promise<string[]> {
  const files: string[] = [];
  for (let size = 1 << 20; size >= 1; size /= 4)
    for (let i = 0; i < 48; i++) {
      const file = join(disk, `filler of ${size} number ${i}`);
      files.push(file);
      await writeFile(file, new Uint8Array(size)).catch(() => undefined);
    }
  return files;
}
