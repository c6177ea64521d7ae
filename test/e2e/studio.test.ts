import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { canOpenWindows } from './executables.ts';
import { type Face, faces, openShell } from './faces.ts';
import { composeStream, writeCaptureFile } from './sound-stream.ts';
import { SOUNDS_MODEL_ID } from './sounds-model.ts';
import { StudioPage } from './studio-page.ts';

describe.skipIf(!canOpenWindows).each(faces)('the studio, %s', (_name, open) => {
  let folder: string;
  let face: Face;
  let studio: StudioPage;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'heed-studio-'));
    const file = join(folder, 'quiet.wav');
    await writeCaptureFile(file, composeStream([]));
    face = await open({ microphone: { file, loop: true }, home: inject('soundsHome') });
    studio = new StudioPage(face.page);
  });
  afterAll(async () => {
    await face?.close();
    await rm(folder, { recursive: true, force: true });
  });

  it('begins asleep; Space makes it listen, and sleep again', async () => {
    await studio.waitForStatus(/^Asleep/);
    await face.page.keyboard.press('Space');
    await studio.waitForStatus(/^Listening/);
    expect(await face.page.title()).toMatch(/^Listening/);
    await face.page.keyboard.press('Space');
    await studio.waitForStatus(/^Asleep/);
  });

  it('shows its keys on ?, and hides them on Escape', async () => {
    const dialog = face.page.getByRole('dialog', { name: 'Keys' });
    await face.page.keyboard.press('?');
    await dialog.waitFor();
    expect(await dialog.innerText()).toMatch(/Space[\s\S]*listening/);
    await face.page.keyboard.press('Escape');
    await dialog.waitFor({ state: 'hidden' });
  });

  it('moves a threshold by the arrow keys, and keeps it', async () => {
    const slider = face.page.getByRole('slider', { name: 'Threshold for chirp' });
    await slider.focus();
    const before = Number(await slider.inputValue());
    for (let i = 0; i < 3; i++) await slider.press('ArrowLeft');
    expect(Number(await slider.inputValue())).toBeCloseTo(before - 0.03, 5);
    const kept = async (): Promise<number> => {
      const settings = JSON.parse(await readFile(join(face.home, 'settings.json'), 'utf8')) as {
        thresholds?: Record<string, Record<string, number>>;
      };
      return settings.thresholds?.[SOUNDS_MODEL_ID]?.['chirp'] ?? NaN;
    };
    await expect.poll(kept).toBeCloseTo(before - 0.03, 5);
  });

  it('has no Node in its window', async () => {
    expect(await face.page.evaluate('[typeof process, typeof require, typeof module, typeof Buffer]')).toEqual(
      Array(4).fill('undefined'),
    );
  });

  // In a browser, where a tab goes is the user's business.
  const itInShell = open === openShell ? it : () => {};
  itInShell('goes nowhere else and opens no other window', async () => {
    const address = face.page.url();
    await face.page.evaluate('void (location.href = "https://example.invalid/")');
    expect(await face.page.evaluate('window.open("https://example.invalid/")')).toBeNull();
    await face.page.evaluate('new Promise((resolve) => setTimeout(resolve, 300))');
    expect(face.page.url()).toBe(address);
    expect(await face.app!.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows().length)).toBe(1);
    await studio.waitForStatus(/^Asleep/);
  });

  it('did all this without an error on its console, and without asking any other computer', () => {
    expect(face.complaints).toEqual([]);
    expect(face.strangeRequests).toEqual([]);
  });
});
