import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readWholeFile } from '../src/read-file.ts';
import { temporaryFolder } from './temporary-folder.ts';

describe('readWholeFile', () => {
  it('reads every byte', async () => {
    const path = join(await temporaryFolder(), 'bytes');
    await writeFile(path, Uint8Array.of(0, 255, 10));
    expect([...(await readWholeFile(path))]).toEqual([0, 255, 10]);
  });

  it('says that a file is missing', async () => {
    await expect(readWholeFile('/no/such.wav')).rejects.toMatchObject({
      code: 'file-missing',
      message: 'There is no file /no/such.wav; check the path.',
    });
  });

  it('refuses folders, and devices that never end', async () => {
    const folder = join(await temporaryFolder(), 'clips');
    await mkdir(folder);
    for (const path of [folder, '/dev/zero'])
      await expect(readWholeFile(path)).rejects.toMatchObject({
        code: 'file-unreadable',
        message: expect.stringContaining(path) as string,
      });
  });
});
