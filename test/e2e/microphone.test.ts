import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { canOpenWindows } from './executables.ts';
import { faces, type FaceOptions } from './faces.ts';
import { writeCaptureFile } from './sound-stream.ts';
import { StudioPage } from './studio-page.ts';

describe.skipIf(!canOpenWindows).each(faces)('a microphone that does not work, %s', (_name, open) => {
  let folder: string;
  let file: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'heed-zeros-'));
    file = join(folder, 'zeros.wav');
    await writeCaptureFile(file, new Float32Array(16_000));
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  /** What the screen says when one tries to listen. */
  async function whatItSays(options: Omit<FaceOptions, 'home'>): Promise<string> {
    const face = await open({ ...options, home: inject('soundsHome') });
    try {
      await face.page.getByRole('button', { name: 'Start listening' }).click();
      const text = await new StudioPage(face.page).problem();
      expect(face.complaints).toEqual([]);
      return text;
    } finally {
      await face.close();
    }
  }

  it('is denied: the screen says to allow it', async () => {
    const text = await whatItSays({ microphone: { file }, allowMicrophone: false });
    expect(text).toMatch(/may not use the microphone/i);
    expect(text).toMatch(/allow the microphone/i);
  });
  it('is missing: the screen says to plug one in', async () => {
    const text = await whatItSays({ microphone: 'missing' });
    expect(text).toMatch(/no microphone was found/i);
    expect(text).toMatch(/plug one in/i);
  });
  it('gives nothing but zeros: the screen says to check its mute switch', async () => {
    const text = await whatItSays({ microphone: { file, loop: true } });
    expect(text).toMatch(/no sound at all/i);
    expect(text).toMatch(/mute switch/i);
  });
});
