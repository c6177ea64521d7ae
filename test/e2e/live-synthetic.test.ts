import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { createRandom } from '../../src/random.ts';
import { synthesise, type SoundKind } from '../sounds/synthesise.ts';
import { canOpenWindows } from './executables.ts';
import { faces } from './faces.ts';
import { composeStream, durationMs, writeCaptureFile } from './sound-stream.ts';
import { StudioPage } from './studio-page.ts';

/** What the microphone plays, in this order, with pauses of random length; none of these takes was trained on. */
const PLAYED: readonly SoundKind[] = ['hum', 'chirp', 'pulses', 'chirp', 'hum', 'pulses'];

describe.skipIf(!canOpenWindows)('sounds played to the microphone', () => {
  const random = createRandom(7, 'pauses');
  const stream = composeStream(
    PLAYED.map((kind, i) => ({ samples: synthesise(kind, 500 + i), gapMs: random.between(700, 1400) })),
  );
  let folder: string;
  let file: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'heed-stream-'));
    file = join(folder, 'stream.wav');
    await writeCaptureFile(file, stream);
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  it.each(faces)('are the detections on screen, in order, and nothing else is: %s', async (_name, open) => {
    const face = await open({ microphone: { file }, home: inject('soundsHome') });
    try {
      const studio = new StudioPage(face.page);
      await studio.startListening();
      await expect.poll(() => face.page.getByTestId('heard-word').innerText(), { timeout: 8000 }).toBe(PLAYED[0]);
      await studio.expectWords(PLAYED, durationMs(stream));
      expect(face.complaints).toEqual([]);
    } finally {
      await face.close();
    }
  });
});
