import { spawnSync } from 'node:child_process';
import { readdir, readFile, utimes, writeFile } from 'node:fs/promises';
import { uptime } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { takeLock } from '../../src/store/home-lock.ts';
import { temporaryFolder } from '../temporary-folder.ts';

const bootedAt = (): number => Date.now() - uptime() * 1000;

/** The id of a process that was there and is gone. */
function endedProcess(): number {
  return spawnSync(process.execPath, ['-e', '']).pid;
}

async function lockFile(contents?: string): Promise<string> {
  const path = join(await temporaryFolder(), 'home', 'lock');
  if (contents !== undefined) {
    const lock = await takeLock(path);
    await writeFile(path, contents);
    if ('release' in lock) await lock.release();
    await writeFile(path, contents);
  }
  return path;
}

describe('takeLock', () => {
  it('gives the lock to one at a time, also within a process, and to the next once it is released', async () => {
    const path = await lockFile();
    const first = await takeLock(path);
    expect(first).toHaveProperty('release');
    expect(await takeLock(path)).toMatchObject({ heldBy: { pid: process.pid } });
    if ('release' in first) await first.release();
    expect(await takeLock(path)).toHaveProperty('release');
  });

  it('gives the lock to exactly one of many that ask at once, also where a dead process held it', async () => {
    const path = await lockFile(JSON.stringify({ pid: endedProcess(), token: 'x', bootedAt: bootedAt() }));
    const taken = await Promise.all(Array.from({ length: 8 }, () => takeLock(path)));
    expect(taken.filter((each) => 'release' in each)).toHaveLength(1);
    expect(await readdir(join(path, '..'))).toEqual(['lock']);
  });

  it.each([
    ['a process that runs', () => ({ pid: process.ppid, token: 'x', bootedAt: bootedAt() }), false],
    ['a process that ended', () => ({ pid: endedProcess(), token: 'x', bootedAt: bootedAt() }), true],
    ['a process before the last start', () => ({ pid: process.ppid, token: 'x', bootedAt: 0 }), true],
    ['an earlier process with our own id', () => ({ pid: process.pid, token: 'x', bootedAt: bootedAt() }), true],
  ])('held by %s: taken over is %s', async (_, holder, isTakenOver) => {
    const path = await lockFile(JSON.stringify(holder()));
    expect('release' in (await takeLock(path))).toBe(isTakenOver);
  });

  it('waits for a lock that is being written, and takes over one that was never written whole', async () => {
    const path = await lockFile('');
    expect(await takeLock(path)).toHaveProperty('heldBy');
    await utimes(path, new Date(0), new Date(0));
    expect(await takeLock(path)).toHaveProperty('release');
  });

  it('does not remove a lock that somebody else took over meanwhile', async () => {
    const path = await lockFile();
    const lock = await takeLock(path);
    const other = JSON.stringify({ pid: process.ppid, token: 'other', bootedAt: bootedAt() });
    await writeFile(path, other);
    if ('release' in lock) await lock.release();
    expect(await readFile(path, 'utf8')).toBe(other);
  });
});
