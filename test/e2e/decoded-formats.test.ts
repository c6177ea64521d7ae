import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readWav } from '../../src/audio/wav-read.ts';
import { synthesise } from '../sounds/synthesise.ts';
import { makeZip } from '../store/import/make-zip.ts';
import { canOpenWindows } from './executables.ts';
import { type Face, openBrowser } from './faces.ts';
import { composeStream, writeCaptureFile } from './sound-stream.ts';

const ENCODED = fileURLToPath(new URL('encoded/', import.meta.url));
/** The same sound in each; the word that it comes in as is the format's name. */
const FORMATS = [
  { word: 'mp3', file: 'chirp.mp3', type: 'audio/mpeg' },
  { word: 'm4a', file: 'chirp.m4a', type: 'audio/mp4; codecs="mp4a.40.2"' },
  { word: 'opus', file: 'opus.ogg', type: 'audio/ogg; codecs="opus"' },
  { word: 'vorbis', file: 'vorbis.ogg', type: 'audio/ogg; codecs="vorbis"' },
  { word: 'webm', file: 'chirp.webm', type: 'audio/webm; codecs="opus"' },
  { word: 'flac', file: 'chirp.flac', type: 'audio/flac' },
];
/** A codec may begin a sound this much later than it was. */
const MOST_DELAY = 0.1 * 16_000;

describe.skipIf(!canOpenWindows)('recordings that only a browser decodes', () => {
  let folder: string;
  let face: Face;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'heed-formats-'));
    const quiet = join(folder, 'quiet.wav');
    await writeCaptureFile(quiet, composeStream([]));
    face = await openBrowser({ microphone: { file: quiet, loop: true } });
  });
  afterAll(async () => {
    await face?.close();
    await rm(folder, { recursive: true, force: true });
  });

  const takeOf = async (word: string): Promise<Float32Array> => {
    const takes = join(face.home, 'words', word);
    const [file] = (await readdir(takes)).filter((name) => name.endsWith('.wav'));
    return readWav(await readFile(join(takes, file!)), file!).sound.samples;
  };

  it('come in out of one zip, and hold the sound that was encoded', async () => {
    const known = await decodable(face.page);
    const entries = await Promise.all(
      known.map(async ({ word, file }) => ({
        path: `${word}/${file}`,
        bytes: new Uint8Array(await readFile(join(ENCODED, file))),
      })),
    );
    const recorded = await recordInPage(face.page, await readFile(join(ENCODED, 'chirp.flac')));
    entries.push({ path: 'recorder/recorded.webm', bytes: recorded });
    const zip = join(folder, 'takes.zip');
    await writeFile(zip, await makeZip(entries));

    await face.page.keyboard.press('2');
    const chooser = face.page.waitForEvent('filechooser');
    await face.page.getByRole('button', { name: 'Import files' }).click();
    await (await chooser).setFiles(zip);
    const words = entries.length;
    await face.page.getByText(`${words} takes of ${words} words will come in.`).waitFor();
    await face.page.getByRole('button', { name: `Import ${words} takes` }).click();
    await face.page.getByText(`${words} takes came in.`).waitFor();

    const original = synthesise('chirp', 1);
    for (const word of [...known.map((format) => format.word), 'recorder'])
      expect(likeness(original, await takeOf(word)), word).toBeGreaterThan(0.9);
    expect(face.complaints).toEqual([]);
  });
});

/** The formats that this browser knows; some builds of Chromium leave out AAC. Says which are missing. */
async function decodable(page: Page): Promise<typeof FORMATS> {
  const known: typeof FORMATS = [];
  for (const format of FORMATS)
    if (await page.evaluate(`new Audio().canPlayType(${JSON.stringify(format.type)}) !== ''`)) known.push(format);
    else console.log(`Skipped, since this browser cannot decode it: ${format.file}`);
  return known;
}

/** What the browser's own recorder makes of a sound that is played to it: a WebM without a length in its head. */
async function recordInPage(page: Page, sound: Uint8Array): Promise<Uint8Array<ArrayBuffer>> {
  const bytes = await page.evaluate(
    async (encoded) => {
      /* eslint-disable @typescript-eslint/no-explicit-any -- runs in the page; tests are checked without the DOM */
      const { AudioContext, MediaRecorder, Blob } = globalThis as any;
      const context = new AudioContext();
      const source = context.createBufferSource();
      source.buffer = await context.decodeAudioData(Uint8Array.from(encoded).buffer);
      const destination = context.createMediaStreamDestination();
      source.connect(destination);
      const recorder = new MediaRecorder(destination.stream);
      const pieces: any[] = [];
      recorder.ondataavailable = (event: any) => pieces.push(event.data);
      const stopped = new Promise((resolve) => (recorder.onstop = resolve));
      source.onended = () => recorder.stop();
      recorder.start();
      source.start(context.currentTime + 0.05);
      await stopped;
      await context.close();
      return [...new Uint8Array(await new Blob(pieces).arrayBuffer())];
    },
    [...sound],
  );
  return Uint8Array.from(bytes);
}

/** The greatest normalised correlation of two sounds at 16 kHz, over the delays that a codec may have added. */
function likeness(a: Float32Array, b: Float32Array): number {
  const norm = (samples: Float32Array): number => Math.sqrt(samples.reduce((sum, x) => sum + x * x, 0));
  let most = 0;
  for (let delay = -MOST_DELAY; delay <= MOST_DELAY; delay++) {
    let dot = 0;
    for (let i = Math.max(0, -delay); i < Math.min(a.length, b.length - delay); i++) dot += a[i]! * b[i + delay]!;
    most = Math.max(most, dot);
  }
  return most / (norm(a) * norm(b));
}
