// Takes the README's pictures of the studio: `npm run screenshots`. It needs Chromium or Electron, and about a minute;
// all that is heard and seen is synthesised.
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Page } from 'playwright-core';
import { writeWav } from '../../src/audio/wav-write.ts';
import { builtStudioFolder } from '../../src/host/start/build.ts';
import { synthesise, type SoundKind } from '../sounds/synthesise.ts';
import { makeZip } from '../store/import/make-zip.ts';
import { openShell } from './faces.ts';
import { composeStream, writeCaptureFile } from './sound-stream.ts';
import { recordTakes, TAUGHT } from './taught-words.ts';

const PICTURES = fileURLToPath(new URL('../../renderer/screenshots/', import.meta.url));
const PATIENCE_MS = 240_000;

const folder = await mkdtemp(join(tmpdir(), 'heed-pictures-'));
const [home, microphone, zip] = [join(folder, 'home'), join(folder, 'microphone.wav'), join(folder, 'recordings.zip')];

/** What the microphone hears, over and over, from when it is opened next. */
const play = (kinds: readonly SoundKind[]): Promise<void> =>
  writeCaptureFile(
    microphone,
    composeStream(kinds.map((kind, i) => ({ samples: synthesise(kind, 500 + i), gapMs: 1000 }))),
  );

async function writeZip(): Promise<void> {
  const clip = (kind: SoundKind, seed: number): Uint8Array =>
    writeWav({ samples: synthesise(kind, seed), sampleRateHz: 16_000 });
  const bytes = await makeZip([
    { path: 'doorbell/first.wav', bytes: clip('chirp', 1) },
    { path: 'doorbell/second.wav', bytes: clip('chirp', 2) },
    { path: 'kettle/first.wav', bytes: clip('hum', 3) },
    { path: 'kettle/torn.wav', bytes: clip('hum', 4).subarray(0, 30) },
    { path: 'kettle/letter.wav', bytes: new TextEncoder().encode('This is a letter, not a sound.') },
  ]);
  await writeFile(zip, bytes);
}

async function takeAll(page: Page): Promise<void> {
  const button = (name: string) => page.getByRole('button', { name, exact: true });
  const shoot = async (name: string): Promise<void> => {
    for (const notice of await button('Dismiss').all()) await notice.click();
    // Neither pointer nor focus is to mark a button.
    await page.mouse.move(1000, 799);
    await page.evaluate('document.activeElement.blur()');
    await page.screenshot({ path: join(PICTURES, `${name}.png`), animations: 'disabled' });
    console.log(`renderer/screenshots/${name}.png`);
  };
  /** Whoever paints on a canvas gives it a size first. */
  const painted = () => page.locator('main canvas:not([height])').first().waitFor({ state: 'detached' });
  page.setDefaultTimeout(PATIENCE_MS);
  await page.setViewportSize({ width: 1280, height: 800 });
  await page.emulateMedia({ colorScheme: 'light' });
  await button('Start listening').waitFor();

  await page.keyboard.press('3');
  await button('Start').click();
  await button('Use it').waitFor();
  await shoot('teach');
  await button('Use it').click();
  await page.getByText('my-words listens now.').waitFor();

  await page.keyboard.press('1');
  await button('Start listening').click();
  await page.getByRole('list', { name: 'History' }).getByRole('listitem').nth(3).waitFor();
  await shoot('listen');
  await page.emulateMedia({ colorScheme: 'dark' });
  await shoot('listen-dark');
  await page.emulateMedia({ colorScheme: 'light' });
  await button('Stop listening').click();

  await page.keyboard.press('2');
  await button('Open music').waitFor();
  await painted();
  await shoot('words');
  await play(['chirp', 'chirp']);
  await button('Record lamp on').click();
  await page.getByRole('option').nth(8).waitFor();
  await painted();
  await shoot('word');
  await button('Stop').click();

  await page.keyboard.press('4');
  await button('music: all its takes, and its threshold').click();
  await page.getByRole('slider').first().waitFor({ state: 'attached' });
  await shoot('understand');
  await button('Look into take 1 of music').click();
  await page
    .getByRole('region', { name: /^Update gate/ })
    .first()
    .waitFor();
  for (let i = 0; i < 5; i++) await page.getByRole('slider', { name: 'Moment' }).press('PageUp');
  await shoot('score-sheet');

  await page.keyboard.press('5');
  await page.getByRole('heading', { name: 'How it was made' }).waitFor();
  await shoot('models');

  await page.keyboard.press('6');
  for (const cell of ['Simple (tanh)', 'Minimal gated'])
    await page.getByRole('checkbox', { name: cell }).press('Space');
  for (const [name, value] of Object.entries({ 'Units of the GRU': '16', Passes: '12', 'Runs of each': '3' })) {
    const field = page.getByRole('textbox', { name, exact: true });
    await field.fill(value);
    await field.press('Tab');
  }
  await button('Run').click();
  await page
    .getByRole('img', { name: /trained without clipping/ })
    .first()
    .waitFor();
  await page
    .getByRole('img', { name: /^Accuracy at/ })
    .first()
    .scrollIntoViewIfNeeded();
  await shoot('lab');

  await page.keyboard.press('7');
  const chooser = page.waitForEvent('filechooser');
  await button('Import files').waitFor();
  await shoot('settings');
  await button('Import files').click();
  await (await chooser).setFiles(zip);
  await button('Import 3 takes').waitFor();
  await shoot('import');
}

await builtStudioFolder();
await recordTakes(home, 8);
await play(Object.values(TAUGHT));
await writeZip();
const face = await openShell({ microphone: { file: microphone, loop: true }, home });
try {
  await takeAll(face.page);
} finally {
  await face.close();
  await rm(folder, { recursive: true, force: true });
}
