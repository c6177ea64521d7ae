import { readFile, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { writeAtomically } from '../../atomic-write.ts';
import { HeedError } from '../../errors.ts';
import type { Operation } from './operation.ts';
import { WORDS_FOLDER } from './operation.ts';
import { takeEntry, type TakeEntry } from './take.ts';

const manifestFile = z.object({
  version: z.literal(1),
  /** The last operation that this manifest contains. */
  appliedThrough: z.number().int().min(0),
  words: z.array(z.string()),
  takes: z.record(z.string(), takeEntry),
});

/** What is known about the takes beside their sound. Never changed in place: each operation makes a new one. */
export interface Manifest {
  readonly appliedThrough: number;
  /** The user's words in the order of their making, with and without takes. */
  readonly words: readonly string[];
  /** By id. */
  readonly takes: ReadonlyMap<string, TakeEntry>;
}

export const EMPTY_MANIFEST: Manifest = { appliedThrough: 0, words: [], takes: new Map() };

export function manifestPath(home: string): string {
  return join(home, WORDS_FOLDER, 'manifest.json');
}

/**
 * Reads the manifest: `none` where there is no file, `broken` where it cannot be understood.
 * @throws {HeedError} file-unreadable where the disk or its permissions refuse
 */
export async function readManifest(home: string): Promise<Manifest | 'none' | 'broken'> {
  const path = manifestPath(home);
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    if (['ENOENT', 'ENOTDIR'].includes((error as NodeJS.ErrnoException).code ?? '')) return 'none';
    throw new HeedError(
      'file-unreadable',
      `The list of your takes, ${path}, could not be read: ${(error as Error).message}.`,
      {
        cause: error,
      },
    );
  }
  try {
    const { appliedThrough, words, takes } = manifestFile.parse(JSON.parse(text));
    return { appliedThrough, words, takes: new Map(Object.entries(takes)) };
  } catch {
    return 'broken';
  }
}

/** @throws {HeedError} file-unwritable; the old manifest stands */
export async function writeManifest(home: string, { appliedThrough, words, takes }: Manifest): Promise<void> {
  const contents = { version: 1, appliedThrough, words, takes: Object.fromEntries(takes) };
  await writeAtomically(manifestPath(home), `${JSON.stringify(contents, null, 1)}\n`);
}

/** Moves a manifest that cannot be understood out of the way; where that fails, it is overwritten by the next one. */
export async function setManifestAside(home: string): Promise<void> {
  const path = manifestPath(home);
  await rename(path, `${path}.broken`).catch(() => undefined);
}

/** The manifest once an operation is done. */
export function applyTo(manifest: Manifest, { sequence, takes, words }: Operation): Manifest {
  const changed = new Map(manifest.takes);
  for (const [id, { after }] of Object.entries(takes)) {
    if (after === null) changed.delete(id);
    else changed.set(id, after);
  }
  return { appliedThrough: sequence, words: words?.after ?? manifest.words, takes: changed };
}
