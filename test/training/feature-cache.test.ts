import { createHash } from 'node:crypto';
import { appendFile, readdir, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { DEFAULT_FEATURE_SETTINGS, featureHash, type FeatureSettings } from '../../src/features/settings.ts';
import { defaultCacheFolder, openFeatureCache, type FeatureCache } from '../../src/training/feature-cache.ts';
import { temporaryFolder } from './sound-folders.ts';

const settings: FeatureSettings = { ...DEFAULT_FEATURE_SETTINGS, windowFrames: 5, coefficients: 4 };
const digestOf = (name: string): string => createHash('sha256').update(name).digest('hex');
const valuesOf = (from: number): Float32Array => Float32Array.from({ length: 20 }, (_, i) => from + i / 7);
const fail = (message: string): never => {
  throw new Error(message);
};

async function filled(folder: string, ...names: string[]): Promise<void> {
  const cache = await openFeatureCache(folder, settings, fail);
  for (const [i, name] of names.entries()) await cache.put(digestOf(name), valuesOf(i));
  await cache.close();
}

async function packOf(folder: string): Promise<string> {
  const packs = join(folder, 'features', featureHash(settings));
  return join(packs, (await readdir(packs))[0]!);
}

async function has(cache: FeatureCache, ...names: string[]): Promise<boolean[]> {
  return Promise.all(names.map(async (name) => (await cache.get(digestOf(name))) !== undefined));
}

it('returns in a later run what was put, bit for bit, and nothing for other files', async () => {
  const folder = await temporaryFolder();
  await filled(folder, 'a', 'b');
  const cache = await openFeatureCache(folder, settings, fail);
  expect(await cache.get(digestOf('a'))).toEqual(valuesOf(0));
  expect(await cache.get(digestOf('b'))).toEqual(valuesOf(1));
  expect(await cache.get(digestOf('c'))).toBeUndefined();
  await cache.close();
});

it('keeps features of other settings apart', async () => {
  const folder = await temporaryFolder();
  await filled(folder, 'a');
  const cache = await openFeatureCache(folder, { ...settings, hopLength: 200 }, fail);
  expect(await has(cache, 'a')).toEqual([false]);
  await cache.close();
});

it('reads what comes before a torn tail', async () => {
  const folder = await temporaryFolder();
  await filled(folder, 'a', 'b');
  const pack = await packOf(folder);
  await truncate(pack, (await readFile(pack)).length - 10);
  const cache = await openFeatureCache(folder, settings, fail);
  expect(await has(cache, 'a', 'b')).toEqual([true, false]);
  await cache.close();
});

it('makes a damaged record anew instead of returning it', async () => {
  const folder = await temporaryFolder();
  await filled(folder, 'a', 'b');
  const pack = await packOf(folder);
  const bytes = await readFile(pack);
  bytes[60]! ^= 1;
  await writeFile(pack, bytes);
  const cache = await openFeatureCache(folder, settings, fail);
  expect(await has(cache, 'a', 'b')).toEqual([false, true]);
  await cache.close();
});

it('serves two at once, each of which writes', async () => {
  const folder = await temporaryFolder();
  const one = await openFeatureCache(folder, settings, fail);
  const two = await openFeatureCache(folder, settings, fail);
  await Promise.all([one.put(digestOf('a'), valuesOf(0)), two.put(digestOf('b'), valuesOf(1))]);
  await Promise.all([one.put(digestOf('c'), valuesOf(2)), two.put(digestOf('d'), valuesOf(3))]);
  await Promise.all([one.close(), two.close()]);
  const later = await openFeatureCache(folder, settings, fail);
  expect(await has(later, 'a', 'b', 'c', 'd')).toEqual([true, true, true, true]);
  await later.close();
});

it('passes over files that are no packs', async () => {
  const folder = await temporaryFolder();
  await filled(folder, 'a');
  const packs = join(folder, 'features', featureHash(settings));
  await writeFile(join(packs, 'other.pack'), 'not a pack');
  await writeFile(join(packs, 'empty.pack'), '');
  await appendFile(join(packs, 'notes.txt'), 'x');
  const cache = await openFeatureCache(folder, settings, fail);
  expect(await has(cache, 'a')).toEqual([true]);
  await cache.close();
});

it('warns once, and works on, where the cache cannot be made', async () => {
  const folder = await temporaryFolder();
  await writeFile(join(folder, 'taken'), '');
  const warnings: string[] = [];
  const cache = await openFeatureCache(join(folder, 'taken'), settings, (message) => warnings.push(message));
  await cache.put(digestOf('a'), valuesOf(0));
  expect(await has(cache, 'a')).toEqual([false]);
  await cache.close();
  expect(warnings).toHaveLength(1);
});

it('warns once, and works on, where the cache cannot be written', async () => {
  const folder = await temporaryFolder();
  const warnings: string[] = [];
  const cache = await openFeatureCache(folder, settings, (message) => warnings.push(message));
  const packs = join(folder, 'features', featureHash(settings));
  await rm(packs, { recursive: true });
  await cache.put(digestOf('a'), valuesOf(0));
  await cache.put(digestOf('b'), valuesOf(0));
  await cache.close();
  expect(warnings).toHaveLength(1);
});

it('lies where the system keeps caches', () => {
  expect(defaultCacheFolder({ XDG_CACHE_HOME: '/var/caches' }, 'linux')).toBe('/var/caches/heed');
  expect(defaultCacheFolder({}, 'linux')).toMatch(/\.cache\/heed$/);
  expect(defaultCacheFolder({}, 'darwin')).toMatch(/Library\/Caches\/heed$/);
  expect(defaultCacheFolder({ LOCALAPPDATA: '/local' }, 'win32')).toBe('/local/heed/cache');
});
