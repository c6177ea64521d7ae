import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { open } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { writeAtomically } from '../src/atomic-write.ts';
import { mountSmallDisk } from './small-disk.ts';

describe('writing a file atomically', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'heed-atomic-'));
  });
  afterEach(() => {
    vi.restoreAllMocks();
    rmSync(folder, { recursive: true });
  });

  it('replaces a file, makes missing folders and leaves nothing else behind', async () => {
    const path = join(folder, 'a', 'b', 'file.bin');
    await writeAtomically(path, 'first');
    await writeAtomically(path, Uint8Array.of(1, 2, 3));
    expect([...readFileSync(path)]).toEqual([1, 2, 3]);
    expect(readdirSync(join(folder, 'a', 'b'))).toEqual(['file.bin']);
  });

  it('leaves the contents of the last of many calls', async () => {
    const path = join(folder, 'file.txt');
    const large = 'x'.repeat(5_000_000);
    await Promise.all([writeAtomically(path, large), ...['1', '2', '3'].map((text) => writeAtomically(path, text))]);
    expect(readFileSync(path, 'utf8')).toBe('3');
  });

  it.skipIf(process.platform === 'win32')('follows a link and keeps the permissions of what it replaces', async () => {
    const path = join(folder, 'file.txt');
    writeFileSync(path, 'old');
    chmodSync(path, 0o640);
    symlinkSync(path, join(folder, 'link'));
    await writeAtomically(join(folder, 'link'), 'new');
    expect(readFileSync(path, 'utf8')).toBe('new');
    expect(statSync(path).mode & 0o777).toBe(0o640);
  });

  it('keeps the old file, and removes its own, when writing fails half way', async () => {
    const path = join(folder, 'file.txt');
    await writeAtomically(path, 'old');
    const handle = await open(path);
    const prototype = Object.getPrototypeOf(handle) as typeof handle;
    await handle.close();
    vi.spyOn(prototype, 'writeFile').mockImplementation(async function (this: typeof handle) {
      await this.write('ne');
      throw Object.assign(new Error('no space left on device'), { code: 'ENOSPC' });
    });
    await expect(writeAtomically(path, 'new')).rejects.toMatchObject({
      code: 'file-unwritable',
      message: expect.stringContaining('the disk is full; nothing that was there is lost') as unknown,
    });
    expect(readFileSync(path, 'utf8')).toBe('old');
    expect(readdirSync(folder)).toEqual(['file.txt']);
  });

  it('keeps the old file on a disk that has room for only a part of the new one', async ({ skip }) => {
    const disk = mountSmallDisk(folder) ?? skip('a small disk can be mounted only by root on Linux');
    try {
      const path = join(disk, 'file.bin');
      await writeAtomically(path, new Uint8Array(20_000).fill(1));
      await expect(writeAtomically(path, new Uint8Array(200_000))).rejects.toMatchObject({ code: 'file-unwritable' });
      expect(readFileSync(path).equals(Buffer.alloc(20_000, 1))).toBe(true);
      expect(readdirSync(disk)).toEqual(['file.bin']);
    } finally {
      execFileSync('umount', [disk]);
    }
  });

  it('says that a folder stands in the way', async () => {
    await expect(writeAtomically(folder, 'text')).rejects.toMatchObject({ code: 'file-unwritable' });
  });
});
