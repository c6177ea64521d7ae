import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { synthesise } from '../sounds/synthesise.ts';
import { canOpenWindows } from './executables.ts';
import { faces } from './faces.ts';
import { composeStream, writeCaptureFile } from './sound-stream.ts';
import { StudioPage } from './studio-page.ts';

describe.skipIf(!canOpenWindows)('when the engine’s process is killed while the studio listens', () => {
  let folder: string;
  let file: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'heed-killed-'));
    file = join(folder, 'stream.wav');
    await writeCaptureFile(file, composeStream([{ samples: synthesise('chirp', 500), gapMs: 500 }]));
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  it.each(faces)('it is started again and listening goes on, with one message: %s', async (_name, open) => {
    const face = await open({ microphone: { file, loop: true }, home: inject('soundsHome') });
    try {
      const studio = new StudioPage(face.page);
      await studio.startListening();
      await expect.poll(() => studio.heardWords(), { timeout: 10_000 }).toContain('chirp');
      await face.killEngine();
      await expect
        .poll(() => studio.messages(), { timeout: 15_000 })
        .toEqual([expect.stringMatching(/listening goes on/i)]);
      const before = (await studio.heardWords()).length;
      await studio.waitForStatus(/^Listening/);
      await expect.poll(async () => (await studio.heardWords()).length, { timeout: 15_000 }).toBeGreaterThan(before);
      expect(await studio.messages()).toHaveLength(1);
      expect(face.complaints).toEqual([]);
    } finally {
      await face.close();
    }
  });
});
