import { mkdir, mkdtemp, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { isStale } from '../../../src/host/start/build.ts';

let root: string;

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'heed-build-'));
  await put('src/deep/a.ts', 100);
  await put('out/index.html', 200);
  await put('out/main.cjs', 300);
  for (const folder of ['src/deep', 'src']) await utimes(join(root, folder), 100, 100);
});

afterEach(() => rm(root, { recursive: true }));

async function put(name: string, seconds: number): Promise<void> {
  const path = join(root, name);
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, '');
  await utimes(path, seconds, seconds);
}

const stale = (): Promise<boolean> => isStale(root, ['src', 'missing.ts'], ['out/index.html', 'out/main.cjs']);

describe('a build', () => {
  it('is fresh while every product is newer than every source', async () => {
    expect(await stale()).toBe(false);
  });

  it('is stale when one source is newer than the oldest product', async () => {
    await put('src/deep/a.ts', 250);
    expect(await stale()).toBe(true);
  });

  it('is stale when a product is missing', async () => {
    await rm(join(root, 'out/main.cjs'));
    expect(await stale()).toBe(true);
  });

  it('is stale when a source was removed since', async () => {
    await rm(join(root, 'src/deep/a.ts'));
    expect(await stale()).toBe(true);
  });
});
