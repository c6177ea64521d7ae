import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { canOpenWindows } from './executables.ts';
import { type Face, openShell } from './faces.ts';
import { pressButton } from './keyboard.ts';
import { photograph } from './photograph.ts';
import { composeStream, writeCaptureFile } from './sound-stream.ts';
import { StudioPage } from './studio-page.ts';
import { recordTakes } from './taught-words.ts';

const PATIENCE = 300_000;

describe.skipIf(!canOpenWindows)('experiments in the Lab', () => {
  let folder: string;
  let face: Face;
  let page: Page;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'heed-lab-'));
    const [home, file] = [join(folder, 'home'), join(folder, 'quiet.wav')];
    await recordTakes(home, 4);
    await writeCaptureFile(file, composeStream([]));
    face = await openShell({ microphone: { file, loop: true }, home });
    page = face.page;
    page.setDefaultTimeout(PATIENCE);
  }, PATIENCE);
  afterAll(async () => {
    await face?.close();
    await rm(folder, { recursive: true, force: true });
  });

  const tab = (name: string) => page.getByRole('tab', { name, exact: true });
  const fill = async (name: string, value: string): Promise<void> => {
    const field = page.getByRole('textbox', { name, exact: true });
    await field.fill(value);
    await field.press('Tab');
  };

  it(
    'compares cells on the user’s words, and shows a chart with a sentence and a table for each figure',
    async () => {
      await new StudioPage(page).waitForStatus(/^Asleep/);
      await page.keyboard.press('6');
      await page.getByRole('heading', { name: 'Lab' }).waitFor();
      await photograph(page, 'lab-compare-empty');
      for (const cell of ['Simple (tanh)', 'GRU, reset after', 'Minimal gated'])
        await page.getByRole('checkbox', { name: cell }).press('Space');
      await fill('Units of the GRU', '8');
      await fill('Passes', '2');
      await fill('Runs of each', '1');
      await pressButton(page, 'Run');
      await page.getByRole('progressbar', { name: 'Progress' }).waitFor();
      await photograph(page, 'lab-compare-busy');
      await page.getByRole('heading', { name: 'Accuracy at equal parameters' }).waitFor({ timeout: PATIENCE });
      for (const chart of [
        /^Accuracy at/,
        /^Time to train/,
        /^Time for a frame/,
        /^Size of/,
        /trained without clipping/,
      ])
        await page.getByRole('img', { name: chart }).first().waitFor();
      const charts = await page.getByRole('main').getByRole('img').count();
      expect(charts).toBe(8);
      expect(await page.locator('.plot-bar').count()).toBeGreaterThan(4);
      await page.getByText(/^(gru|lstm) gets .* right/).waitFor();
      await pressButton(page, 'Accuracy at equal parameters, as a table');
      await page.getByRole('columnheader', { name: 'each seed' }).first().waitFor();
      await pressButton(page, 'Accuracy at equal parameters, as a table');
      await photograph(page, 'lab-compare');
      await page
        .getByRole('img', { name: /trained without clipping/ })
        .first()
        .scrollIntoViewIfNeeded();
      await photograph(page, 'lab-compare-below');
    },
    PATIENCE,
  );

  it(
    'searches trial by trial, and brushes the trials by keyboard',
    async () => {
      await tab('Search').click();
      await page.getByRole('textbox', { name: 'Values of hidden' }).fill('8,12,16');
      for (const name of ['layers', 'learning-rate', 'dropout', 'hop-ms', 'time-mask-frames'])
        await page.getByRole('checkbox', { name, exact: true }).press('Space');
      await page.getByRole('textbox', { name: 'Values of batch' }).fill('8,16');
      await fill('Trials', '6');
      await fill('Passes', '3');
      await photograph(page, 'lab-search-empty');
      await page.getByRole('button', { name: 'Run', exact: true }).click();
      await page.getByRole('list', { name: 'Trials that ended' }).getByRole('listitem').nth(1).waitFor();
      await photograph(page, 'lab-search-busy');
      await page.getByRole('img', { name: '6 trials as lines across their settings' }).waitFor();
      expect(await page.locator('.parallel-trial').count()).toBe(6);
      await photograph(page, 'lab-search');

      const rows = page.getByRole('table', { name: 'Trials' }).locator('tbody tr');
      expect(await rows.count()).toBe(6);
      const lowest = page.getByRole('slider', { name: /Lowest hidden/ });
      await lowest.focus();
      for (let i = 0; i < 6; i++) await page.keyboard.press('PageUp');
      await page.getByText('2 of 6 trials lie within.').waitFor();
      expect(await rows.count()).toBe(2);
      expect(await page.locator('.parallel-trial[data-within=true]').count()).toBe(2);
      await photograph(page, 'lab-search-brushed');

      // By pointer: pressing near the head of an axis moves its upper end there.
      await page.getByRole('button', { name: 'Show all' }).click();
      await page.getByText('6 of 6 trials lie within.').waitFor();
      const track = (await page.locator('.parallel-track').first().boundingBox())!;
      await page.mouse.click(track.x + track.width / 2, track.y + 0.7 * track.height);
      await page.getByText(/^[1-5] of 6 trials lie within\.$/).waitFor();
    },
    PATIENCE,
  );

  it(
    'runs a worked example, and scores a typed sentence word by word',
    async () => {
      await tab('Examples').click();
      await page.getByText('Copying', { exact: true }).click();
      await fill('Lengths', '3,5');
      await fill('Updates', '5');
      await fill('Units', '4');
      await page.getByRole('button', { name: 'Run', exact: true }).click();
      await page.getByRole('heading', { level: 2 }).first().waitFor();
      await photograph(page, 'lab-copy');

      await page.getByText('Sentiment', { exact: true }).click();
      const lines = Array.from({ length: 40 }, (_, i) => (i % 2 ? `a good film ${i}\t1` : `a bad film ${i}\t0`));
      const chooser = page.waitForEvent('filechooser');
      await page.getByRole('button', { name: 'Choose files' }).click();
      const reviews = { name: 'reviews.tsv', mimeType: 'text/plain', buffer: Buffer.from(lines.join('\n')) };
      await (await chooser).setFiles(reviews);
      await page.getByRole('textbox', { name: 'Your sentence' }).fill('a very good film');
      await page.getByRole('button', { name: 'Score it' }).click();
      const words = page.getByRole('list', { name: 'The sentence, word by word' }).getByRole('listitem');
      await words.first().waitFor();
      expect(await words.count()).toBe(4);
      await photograph(page, 'lab-sentence');
    },
    PATIENCE,
  );

  it(
    'draws weather, prices and adding beside what is simpler, and stops when asked to',
    async () => {
      await tab('Examples').click();
      const run = page.getByRole('button', { name: /^Run( again)?$/ }).first();
      const charts = page.getByRole('main').locator('svg[role=img]');
      for (const [name, picture, rival] of [
        ['Weather', 'lab-weather', 'ridge regression'],
        ['Share prices', 'lab-prices', 'persistence'],
      ] as const) {
        await page.getByText(name, { exact: true }).click();
        await run.click();
        await page.getByRole('button', { name: 'Save the results' }).waitFor();
        await page
          .getByRole('cell', { name: rival })
          .or(page.getByRole('rowheader', { name: rival }))
          .first()
          .waitFor();
        expect(await charts.count()).toBeGreaterThan(0);
        await photograph(page, picture);
      }

      await page.getByText('Adding', { exact: true }).click();
      await fill('Lengths', '10,20');
      await fill('Updates', '100000');
      await fill('Units', '8');
      await run.click();
      await page.getByRole('progressbar', { name: 'Progress' }).waitFor();
      await photograph(page, 'lab-adding-busy');
      await page.getByRole('button', { name: 'Stop', exact: true }).click();
      await run.waitFor();
      await fill('Updates', '20');
      await run.click();
      await page.getByRole('button', { name: 'Save the results' }).waitFor();
      expect(await charts.count()).toBeGreaterThan(0);
      await photograph(page, 'lab-adding');
    },
    PATIENCE,
  );

  it(
    'says what went wrong, and opens results from a file',
    async () => {
      const choose = async (name: string, text: string): Promise<void> => {
        const chooser = page.waitForEvent('filechooser');
        await page.getByRole('button', { name: 'Open results' }).click();
        await (await chooser).setFiles({ name, mimeType: 'application/json', buffer: Buffer.from(text) });
      };
      await choose('letter.json', '"Dear Heed"');
      await page.getByText(/letter\.json holds no results/).waitFor();
      const weighed = { hiddenSize: 8, layerCount: 1, weights: 'float32', frameMicroseconds: 2 };
      const models = [
        { name: 'as it is', bytes: 4000, accuracy: 0.9, ...weighed },
        { name: '8 bits', bytes: 1200, accuracy: 0.89, ...weighed },
      ];
      await choose('lighter.json', models.map((model) => JSON.stringify(model)).join('\n'));
      await page.getByText('These are the results in lighter.json.').waitFor();
      await photograph(page, 'lab-lighter');

      await tab('Search').click();
      await page.getByRole('textbox', { name: 'Values of hidden' }).fill('many');
      await page.getByRole('button', { name: 'Run again', exact: true }).click();
      await page
        .getByRole('alert')
        .getByText(/search space cannot be searched/)
        .waitFor();
      await photograph(page, 'lab-failing');
      expect(face.complaints).toEqual([]);
    },
    PATIENCE,
  );
});
