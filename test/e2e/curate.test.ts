import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { writeWav } from '../../src/audio/wav-write.ts';
import { loadModel } from '../../src/model/model-file.ts';
import { synthesise } from '../sounds/synthesise.ts';
import { makeZip } from '../store/import/make-zip.ts';
import { canOpenWindows } from './executables.ts';
import { type Face, faces } from './faces.ts';
import { photograph } from './photograph.ts';
import { composeStream, writeCaptureFile } from './sound-stream.ts';

const clip = (seed: number): Uint8Array => writeWav({ samples: synthesise('chirp', seed), sampleRateHz: 16_000 });

/** Two good takes, one that only a browser decodes (Chromium goes by the contents, not the name), and three broken ones. */
function zipOfTakes(): Promise<Buffer> {
  return makeZip([
    { path: 'doorbell/a.wav', bytes: clip(1) },
    { path: 'doorbell/b.wav', bytes: clip(2) },
    { path: 'kettle/c.flac', bytes: clip(3) },
    { path: 'doorbell/torn.wav', bytes: clip(4).subarray(0, 30) },
    { path: 'doorbell/letter.wav', bytes: new TextEncoder().encode('This is a letter, not a sound.') },
    { path: 'kettle/noise.mp3', bytes: new Uint8Array(64).fill(7) },
  ]);
}

describe.skipIf(!canOpenWindows).each(faces)('curating, %s', (_name, open) => {
  let folder: string;
  let face: Face;
  let takesFolder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'heed-curate-'));
    const quiet = join(folder, 'quiet.wav');
    await writeCaptureFile(quiet, composeStream([]));
    await writeFile(join(folder, 'takes.zip'), await zipOfTakes());
    face = await open({ microphone: { file: quiet, loop: true }, home: inject('soundsHome') });
    takesFolder = join(face.home, 'words');
  });
  afterAll(async () => {
    await face?.close();
    await rm(folder, { recursive: true, force: true });
  });

  const screen = (name: string) => face.page.getByRole('link', { name, exact: true });
  const button = (name: string | RegExp) => face.page.getByRole('button', { name, exact: typeof name === 'string' });
  const message = (text: RegExp) => face.page.getByRole('status', { name: 'Messages' }).getByText(text);
  const takesOf = (word: string): Promise<string[]> => readdir(join(takesFolder, word)).catch(() => []);

  it('names the three broken files of a zip before anything comes in', async () => {
    await screen('Settings').click();
    await photograph(face.page, 'settings');
    const chooser = face.page.waitForEvent('filechooser');
    await button('Import files').click();
    await (await chooser).setFiles(join(folder, 'takes.zip'));
    const broken = face.page.getByRole('list', { name: 'Files that cannot come in' }).getByRole('listitem');
    await expect
      .poll(() => broken.allInnerTexts(), { timeout: 20_000 })
      .toEqual([
        expect.stringMatching(/doorbell\/torn\.wav[\s\S]*cut off/),
        expect.stringMatching(/doorbell\/letter\.wav[\s\S]*no WAV file/),
        expect.stringMatching(/kettle\/noise\.mp3[\s\S]*could not be decoded/),
      ]);
    await face.page.getByText('3 takes of 2 words will come in.').waitFor();
    expect(await takesOf('doorbell')).toEqual([]);
    await photograph(face.page, 'import-review');
  });

  it('takes the others in with one click, and out again with one undo', async () => {
    await button('Import 3 takes').click();
    await message(/3 takes came in/).waitFor();
    // The message is there before the screen behind the review is.
    await button('Import 3 takes').waitFor({ state: 'detached' });
    await button('Import files').waitFor();
    expect([(await takesOf('doorbell')).length, (await takesOf('kettle')).length]).toEqual([2, 1]);
    await face.page.keyboard.press('Control+z');
    await expect.poll(() => takesOf('doorbell'), { timeout: 15_000 }).toEqual([]);
  });

  it('hands a model on as ONNX that runs in ONNX Runtime', async () => {
    await screen('Models').click();
    await face.page.getByRole('heading', { name: 'How it was made' }).waitFor();
    await photograph(face.page, 'models');
    await button('Export').click();
    // Electron tells its shell of downloads, not the driver: what is saved is taken where the page makes it.
    await face.page.evaluate(
      'URL.createObjectURL = ((make) => (blob) => { globalThis.saved = blob; return make.call(URL, blob); })(URL.createObjectURL)',
    );
    await button('Save the file').click();
    await message(/sounds-clip\.zip is saved\. ONNX Runtime and Heed agree/).waitFor();
    await button('Export').click();
    await face.page.getByText('The model alone').click();
    await button('Save the file').click();
    await message(/sounds-clip\.onnx is saved\. ONNX Runtime and Heed agree/).waitFor();
    const saved = await face.page.evaluate<number[]>('saved.arrayBuffer().then((bytes) => [...new Uint8Array(bytes)])');
    const { labels, features } = await loadModel(join(face.home, 'models', 'sounds.onnx'));
    const session = await InferenceSession.create(Uint8Array.from(saved));
    const { windowFrames, coefficients } = features;
    const frames = new Float32Array(windowFrames * coefficients);
    const { probabilities } = await session.run({ features: new Tensor(frames, [1, windowFrames, coefficients]) });
    expect(probabilities!.dims).toEqual([1, labels.length]);
    await session.release();
  });

  it('copies, renames and deletes a model, and brings it back', async () => {
    const models = face.page.getByRole('listbox', { name: 'Models' }).getByRole('option');
    const names = async (): Promise<string[]> => (await models.allInnerTexts()).map((text) => text.split('\n')[0]!);
    const before = await names();
    await button('Duplicate').click();
    await expect.poll(names, { timeout: 15_000 }).toContain('sounds copy');
    await button('Rename').click();
    await face.page.getByRole('textbox', { name: 'New name' }).fill('kitchen');
    await face.page.keyboard.press('Enter');
    await expect.poll(names, { timeout: 15_000 }).toEqual([...before, 'kitchen'].sort());
    await button('Compare').click();
    await face.page.getByText(/no takes to compare on yet/).waitFor();
    await button('Delete').click();
    await expect.poll(names, { timeout: 15_000 }).toEqual(before);
    await face.page.keyboard.press('Control+z');
    await expect.poll(names, { timeout: 15_000 }).toContain('kitchen');
  });

  it('deletes everything only after asking, and then leaves nothing of it', async () => {
    await screen('Settings').click();
    await button('Delete everything').click();
    await face.page.getByRole('alertdialog').waitFor();
    await photograph(face.page, 'delete-everything');
    await button('Keep everything').click();
    expect(await readdir(join(face.home, 'models'))).toContain('sounds.onnx');
    await button('Delete everything').click();
    await button('Delete everything for good').click();
    await message(/Everything was deleted/).waitFor();
    const left = await readdir(face.home, { recursive: true });
    expect(left.filter((path) => /\.(onnx|wav)$/.test(path) && !path.startsWith('window'))).toEqual([]);
  });

  it('did all this without an error on its console, and without asking any other computer', () => {
    expect(face.complaints).toEqual([]);
    expect(face.strangeRequests).toEqual([]);
  });
});
