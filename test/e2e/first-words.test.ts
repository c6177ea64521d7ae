import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { synthesise, type SoundKind } from '../sounds/synthesise.ts';
import { canOpenWindows } from './executables.ts';
import { type Face, openShell } from './faces.ts';
import { pressButton, tabTo } from './keyboard.ts';
import { photograph } from './photograph.ts';
import { composeStream, writeCaptureFile } from './sound-stream.ts';
import { StudioPage } from './studio-page.ts';
import { TAUGHT } from './taught-words.ts';

const WORDS = Object.keys(TAUGHT);
const TAKES = 5;
/** On a quiet machine, five takes need twelve seconds. */
const RECORDING_MS = 120_000;
const LEARNING_MS = 180_000;

/** From nothing to a recogniser of one's own words; nothing in here uses the pointer. */
describe.skipIf(!canOpenWindows)('from an empty profile to three words of one’s own, by keyboard alone', () => {
  let folder: string;
  let microphone: string;
  let face: Face;
  let page: Page;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'heed-first-words-'));
    microphone = join(folder, 'microphone.wav');
    await play([]);
    face = await openShell({ microphone: { file: microphone, loop: true } });
    page = face.page;
  });
  afterAll(async () => {
    await face?.close();
    await rm(folder, { recursive: true, force: true });
  });

  /** What the microphone hears over and over from when it is opened next: Chromium reads the file anew then. */
  const play = (sounds: readonly (readonly [SoundKind, number])[]): Promise<void> =>
    writeCaptureFile(
      microphone,
      composeStream(sounds.map(([kind, seed]) => ({ samples: synthesise(kind, seed), gapMs: 1000 }))),
    );
  const guide = (): Promise<string> => page.getByTestId('guide').innerText();
  const takes = () => page.getByRole('option');
  const takeFiles = async (word: string): Promise<string[]> =>
    (await readdir(join(face.home, 'words', word)).catch(() => [])).filter((name) => name.endsWith('.wav'));
  const messages = (): Promise<string[]> => new StudioPage(page).messages();

  it('asks for the first word, and says what each needs', async () => {
    await new StudioPage(page).waitForStatus(/^Asleep/);
    await page.keyboard.press('2');
    await page.getByRole('heading', { name: 'Which words should Heed learn?' }).waitFor();
    await photograph(page, 'words-empty');
    for (const word of WORDS) {
      await tabTo(page, 'textbox', 'New word');
      await page.keyboard.type(word);
      await page.keyboard.press('Enter');
      await page.getByRole('button', { name: `Open ${word}` }).waitFor();
    }
    expect(await page.getByRole('list', { name: 'Your words' }).innerText()).toMatch(/lamp on\s+0 takes\s+5 more/);
  });

  it('says beside the field why a word cannot be added twice', async () => {
    await tabTo(page, 'textbox', 'New word');
    await page.keyboard.type('Music');
    await page.keyboard.press('Enter');
    await page.getByText('There is a word “music” already').waitFor();
    await page.keyboard.press('Control+a');
    await page.keyboard.press('Delete');
    await page.getByText('There is a word “music” already').waitFor({ state: 'hidden' });
  });

  it.each(WORDS)(
    'records %s again and again with one key, each take ending by itself',
    async (word) => {
      await play(Array.from({ length: TAKES }, (_, seed) => [TAUGHT[word]!, 700 + seed]));
      await pressButton(page, `Open ${word}`);
      await expect.poll(guide).toBe(`Press Space, then say “${word}”.`);
      await page.keyboard.press('Space');
      await expect.poll(() => takes().count(), { timeout: RECORDING_MS, interval: 100 }).toBeGreaterThanOrEqual(TAKES);
      await page.keyboard.press('Space');
      await expect.poll(guide).toBe(`“${word}” is ready. Space records more of it; more takes make it surer.`);
      if (word === WORDS[0]) await photograph(page, 'words-word');
      // A take that ended as recording was stopped comes a moment later.
      await expect.poll(async () => (await takeFiles(word)).length - (await takes().count())).toBe(0);
      await page.keyboard.press('Escape');
      await page.getByRole('button', { name: `Open ${word}` }).waitFor();
    },
    RECORDING_MS + 120_000,
  );

  it('trims a take with the arrow keys, and takes that back', async () => {
    await pressButton(page, `Open ${WORDS[0]}`);
    await tabTo(page, 'slider', /^Start of the take/);
    const start = page.getByRole('slider', { name: /^Start of the take/ });
    for (let i = 0; i < 5; i++) await page.keyboard.press('ArrowRight');
    await page.getByRole('button', { name: 'Whole take' }).waitFor();
    await expect.poll(() => start.inputValue()).toBe('50');
    for (let i = 0; i < 5; i++) await page.keyboard.press('Control+z');
    await page.getByRole('button', { name: 'Whole take' }).waitFor({ state: 'hidden' });
    await expect.poll(() => start.inputValue()).toBe('0');
    await page.keyboard.press('Escape');
  });

  it('finds a word by a part of its name', async () => {
    const cards = page.getByRole('button', { name: /^Open / });
    await page.keyboard.press('/');
    await page.getByRole('searchbox', { name: 'Find a word' }).waitFor();
    await page.keyboard.type('OFF');
    await expect.poll(() => cards.count()).toBe(1);
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'lamp off' }).waitFor();
    await page.keyboard.press('/');
    await page.keyboard.press('Escape');
    await page.getByRole('heading', { name: 'lamp off' }).waitFor();
    await page.keyboard.press('Escape');
    await expect.poll(() => cards.count()).toBeGreaterThan(3);
  });

  it('deletes a take and brings it back, and a whole word even after the engine was started again', async () => {
    await pressButton(page, 'Open music');
    await takes().first().waitFor();
    const count = await takes().count();
    await pressButton(page, 'Delete');
    await expect.poll(() => takes().count()).toBe(count - 1);
    // The button went with its take; the focus is still somewhere, and so the next key has somewhere to go.
    await expect.poll(() => page.evaluate('document.activeElement.tagName')).not.toBe('BODY');
    await page.keyboard.press('Control+z');
    await expect.poll(() => takes().count()).toBe(count);
    await expect.poll(messages).toContainEqual('1 take of “music” is back.');

    await pressButton(page, 'Delete word');
    await page.getByRole('button', { name: 'Open lamp on' }).waitFor();
    await expect.poll(() => page.getByRole('button', { name: 'Open music' }).count()).toBe(0);
    expect(await takeFiles('music')).toEqual([]);
    await face.killEngine();
    await expect.poll(messages, { timeout: 30_000 }).toContainEqual(expect.stringContaining('started again'));
    await page.keyboard.press('Control+z');
    await page.getByRole('button', { name: 'Open music' }).waitFor();
    expect(await takeFiles('music')).toHaveLength(count);
    await photograph(page, 'words');
  });

  it(
    'teaches them, uses the new model, and hears them live',
    async () => {
      await pressButton(page, 'Teach them');
      await pressButton(page, 'Start');
      await page.getByRole('button', { name: 'Use it' }).waitFor({ timeout: LEARNING_MS });
      await pressButton(page, 'Use it');
      await page.getByText('my-words listens now.').waitFor();

      await play(WORDS.map((word) => [TAUGHT[word]!, 500]));
      await page.keyboard.press('1');
      await page.keyboard.press('Space');
      const studio = new StudioPage(page);
      await studio.waitForStatus(/^Listening/, 30_000);
      await expect.poll(() => studio.heardWords(), { timeout: 40_000 }).toEqual(expect.arrayContaining(WORDS));
      await photograph(page, 'listening-to-own-words');
    },
    LEARNING_MS + 120_000,
  );

  it('did all this without an error on its console, and without asking any other computer', () => {
    expect(face.complaints).toEqual([]);
    expect(face.strangeRequests).toEqual([]);
  });
});
