import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { writeModel } from '../../src/model/onnx/write.ts';
import { randomModel } from '../model/random-model.ts';
import { canOpenWindows } from './executables.ts';
import { type Face, openShell } from './faces.ts';
import { photograph } from './photograph.ts';
import { composeStream, writeCaptureFile } from './sound-stream.ts';
import { StudioPage } from './studio-page.ts';
import { recordTakes } from './taught-words.ts';

describe.skipIf(!canOpenWindows)('looking into a model', () => {
  let folder: string;
  let face: Face;
  let page: Page;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'heed-understand-'));
    const [home, file] = [join(folder, 'home'), join(folder, 'quiet.wav')];
    await recordTakes(home, 4);
    await mkdir(join(home, 'models'), { recursive: true });
    await writeFile(
      join(home, 'models', 'heads.onnx'),
      writeModel(randomModel({ pooling: 'multi-head', hiddenSize: 16 })),
    );
    await writeCaptureFile(file, composeStream([]));
    face = await openShell({ microphone: { file, loop: true }, home });
    page = face.page;
  }, 60_000);
  afterAll(async () => {
    await face?.close();
    await rm(folder, { recursive: true, force: true });
  });

  /** The number in a cell, by its spoken name: “music, heard as other: 4 takes”. */
  const countOf = (name: string): number => Number(/: (\d+) takes?$/.exec(name)![1]);

  it('opens the takes behind a cell of the matrix', async () => {
    await new StudioPage(page).waitForStatus(/^Asleep/);
    await page.keyboard.press('4');
    const cells = page.getByRole('button', { name: /^music, heard as .*: [1-9]\d* takes?$/ });
    await cells.first().waitFor({ timeout: 30_000 });
    const names = await cells.evaluateAll((found) => found.map((cell) => cell.getAttribute('aria-label') ?? ''));
    expect(names.reduce((sum, name) => sum + countOf(name), 0)).toBe(4);
    await cells.first().click();
    const takes = page.getByRole('button', { name: /^Look into take/ });
    expect(await takes.count()).toBe(countOf(names[0]!));
    await photograph(page, 'understand-matrix');
  });

  it('opens a take as rows that share one cursor, by keyboard too', async () => {
    const take = page.getByRole('button', { name: 'Look into take 1 of music' });
    await take.focus();
    await page.keyboard.press('Enter');
    for (const row of ['Waveform', 'Spectrogram', 'MFCC', 'Posteriors', /^Update gate/, /^Reset gate/])
      await page.getByRole('region', { name: row }).first().waitFor();
    const cursor = page.getByRole('slider', { name: 'Moment' });
    await cursor.focus();
    for (let i = 0; i < 5; i++) await page.keyboard.press('PageUp');
    const moment = page.getByTestId('moment');
    const before = await moment.innerText();
    expect(before).toMatch(/^0\.\d\d s: /);
    expect(before).not.toMatch(/^0\.00/);
    await photograph(page, 'understand-sheet');
    await page.getByRole('button', { name: 'Play', exact: true }).click();
    await expect.poll(() => moment.innerText(), { timeout: 10_000 }).not.toBe(before);
    await page.keyboard.press('Escape');
    await take.waitFor();
    expect(await page.evaluate('document.activeElement.getAttribute("aria-label")')).toBe('Look into take 1 of music');
  });

  it('shows what each head of an attending model takes of each moment, as a table too', async () => {
    await page.getByRole('button', { name: /Model$/ }).click();
    await page.getByRole('option', { name: 'heads' }).click();
    await page.getByRole('button', { name: 'music: all its takes, and its threshold' }).click();
    await page.getByRole('button', { name: 'Look into take 1 of music' }).click();
    const row = page.getByRole('region', { name: 'Attention' });
    await row.getByRole('button', { name: 'Attention as a table' }).click();
    expect(await row.getByRole('columnheader').allInnerTexts()).toEqual([
      'From',
      'Head 1',
      'Head 2',
      'Head 3',
      'Head 4',
    ]);
    await photograph(page, 'understand-attention');
    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: /Model$/ }).click();
    await page.getByRole('option', { name: 'heed-en', exact: true }).click();
    await page.getByRole('button', { name: 'music: all its takes, and its threshold' }).waitFor();
  });

  it('leaves a take out of the matrix, and gives one to another word', async () => {
    await page.getByRole('button', { name: 'music: all its takes, and its threshold' }).click();
    await page.getByRole('button', { name: 'Leave out' }).first().click();
    await page.getByText('left out').waitFor();
    await page.getByRole('button', { name: /^It was….*take 2 of music|Give take 2 of music/ }).click();
    await page.getByRole('option', { name: 'lamp on' }).click();
    await page.getByText(/of 11 takes are heard/).waitFor();
    await expect.poll(() => page.getByRole('button', { name: /^Look into take/ }).count()).toBe(3);
    expect(face.complaints).toEqual([]);
  });
});
