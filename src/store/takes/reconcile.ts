import { randomUUID } from 'node:crypto';
import { readdir, rename, stat, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { readWav } from '../../audio/wav-read.ts';
import { readWholeFile } from '../../read-file.ts';
import { asHeedError } from '../../errors.ts';
import type { Manifest } from './manifest.ts';
import { WORDS_FOLDER } from './operation.ts';
import type { TakeEntry } from './take.ts';
import { isTakesFolder, RESERVED_LABELS } from './word-label.ts';

/** A file among the takes that is no sound, and why. */
export interface UnusableFile {
  readonly file: string;
  readonly reason: string;
}

export interface Reconciled {
  readonly manifest: Manifest;
  /** Whether the manifest differs from the one given. */
  readonly changed: boolean;
  readonly unusable: readonly UnusableFile[];
}

/**
 * Brings the manifest in line with the files that are there: files decide which takes there are and which words they
 * belong to, the manifest what else is known about them.
 *
 * @param mayWrite  whether files may be renamed (two of the same name in different folders) and leftovers of a write
 *   that was broken off removed */
export async function reconcile(home: string, manifest: Manifest, mayWrite: boolean): Promise<Reconciled> {
  const root = join(home, WORDS_FOLDER);
  const folders: string[] = [];
  for (const name of (await readdir(root).catch(() => [] as string[])).sort())
    if (isTakesFolder(name) && (await isFolder(join(root, name)))) folders.push(name);

  const takes = new Map<string, TakeEntry>();
  const unusable: UnusableFile[] = [];
  let changed = false;
  if (mayWrite) await removeTemporaries(root);
  for (const label of folders) {
    if (mayWrite) await removeTemporaries(join(root, label));
    for (const name of (await readdir(join(root, label)).catch(() => [] as string[])).sort()) {
      const path = join(root, label, name);
      if (!/\.wav$/i.test(name) || name.startsWith('.')) continue;
      let id = name.slice(0, -'.wav'.length);
      if (takes.has(id) || !name.endsWith('.wav')) {
        if (!mayWrite) continue;
        const renamed = `${id}-${randomUUID().slice(0, 8)}`;
        if (!(await moved(path, join(root, label, `${renamed}.wav`)))) continue;
        id = renamed;
      }
      const entry = manifest.takes.get(id);
      if (entry) takes.set(id, entry.label === label ? entry : { ...entry, label });
      else {
        const file = `${label}/${id}.wav`;
        const found = await entryOf(join(root, file), label);
        if (typeof found === 'string') unusable.push({ file, reason: found });
        else takes.set(id, found);
      }
      changed ||= takes.get(id) !== entry;
    }
  }
  changed ||= takes.size !== manifest.takes.size;
  const words = wordsOf(manifest, folders);
  changed ||= words.length !== manifest.words.length;
  return { manifest: { ...manifest, words, takes }, changed, unusable };
}

/** The manifest's words as far as their folders are there, then those that came otherwise. */
function wordsOf({ words }: Manifest, folders: readonly string[]): string[] {
  const found = folders.filter((folder) => !RESERVED_LABELS.includes(folder));
  return [...words.filter((word) => found.includes(word)), ...found.filter((folder) => !words.includes(folder))];
}

/** What can be known about a file that the manifest does not know; a sentence where it is no sound. */
async function entryOf(path: string, label: string): Promise<TakeEntry | string> {
  try {
    const { sound } = readWav(await readWholeFile(path), path);
    const { mtimeMs } = await stat(path);
    return {
      label,
      recordedAt: Math.round(mtimeMs),
      source: 'imported',
      durationMs: (1000 * sound.samples.length) / sound.sampleRateHz,
      badges: [],
      leftOut: false,
    };
  } catch (error) {
    return asHeedError(error).message;
  }
}

async function isFolder(path: string): Promise<boolean> {
  return stat(path).then(
    (entry) => entry.isDirectory(),
    () => false,
  );
}

async function moved(from: string, to: string): Promise<boolean> {
  return rename(from, to).then(
    () => true,
    () => false,
  );
}

/** Removes the temporary files of writes that were broken off; only those that `writeAtomically` names so. */
export async function removeTemporaries(folder: string): Promise<void> {
  for (const name of await readdir(folder).catch(() => [] as string[]))
    if (/\.[0-9a-f]{12}\.tmp$/.test(name)) await unlink(join(folder, name)).catch(() => undefined);
}
