import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import type { CancelSignal } from '../cancel.ts';
import { decodeClip } from '../dataset/clip.ts';
import { HeedError } from '../errors.ts';
import { clipFrames } from '../features/clip-features.ts';
import type { FrameExtractor } from '../features/frame-extractor.ts';
import { windowLength } from '../features/settings.ts';
import type { FeatureCache } from './feature-cache.ts';
import { mapInOrder } from './in-order.ts';
import type { SkippedFile } from './progress.ts';

/** Bytes of a file and the SHA-256 of them, in hexadecimal. */
export interface FileContents {
  readonly bytes: Uint8Array;
  readonly digest: string;
}

/** Reads a file whole. @throws {HeedError} file-unreadable */
export async function readContents(path: string): Promise<FileContents> {
  let bytes: Buffer;
  try {
    bytes = await readFile(path);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new HeedError('file-unreadable', `${path} cannot be read: ${reason}.`, { cause: error });
  }
  return { bytes, digest: createHash('sha256').update(bytes).digest('hex') };
}

/** The features of a file's window, `[windowFrames, coefficients]`, not normalised. */
export interface FileFeatures {
  readonly digest: string;
  readonly values: Float32Array;
}

/**
 * The features of a WAV file as a recogniser would see them: of its loudest window, or padded to one. What the cache
 * holds is not computed again.
 * @throws {HeedError} file-unreadable, wav-format, sound-invalid
 */
export async function readFeatures(
  path: string,
  name: string,
  extractor: FrameExtractor,
  cache: FeatureCache,
): Promise<FileFeatures> {
  const { bytes, digest } = await readContents(path);
  const cached = await cache.get(digest);
  if (cached) return { digest, values: cached };
  const length = windowLength(extractor.settings);
  const { samples, windowStart } = await decodeClip(bytes, name, length);
  const { values } = clipFrames(samples.subarray(windowStart, windowStart + length), extractor);
  await cache.put(digest, values);
  return { digest, values };
}

/** What was read, in the order of the files, and which files were left out. */
export interface Readings<Item, Value> {
  readonly read: readonly { readonly item: Item; readonly value: Value }[];
  readonly skipped: readonly SkippedFile[];
}

/**
 * Reads many files, eight at a time. A file that is no sound, or cannot be read, is left out and reported.
 * @throws {HeedError} cancelled
 */
export async function readAll<Item extends { readonly path: string }, Value>(
  items: readonly Item[],
  signal: CancelSignal,
  onDone: (done: number) => void,
  read: (item: Item) => Promise<Value>,
): Promise<Readings<Item, Value>> {
  let done = 0;
  const results = await mapInOrder(items, signal, async (item) => {
    try {
      return { read: { item, value: await read(item) } };
    } catch (error) {
      if (!(error instanceof HeedError)) throw error;
      return { skipped: { file: item.path, reason: error.message } };
    } finally {
      onDone(++done);
    }
  });
  return {
    read: results.flatMap(({ read }) => read ?? []),
    skipped: results.flatMap(({ skipped }) => skipped ?? []),
  };
}
