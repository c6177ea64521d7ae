import { mkdir, rename, rmdir, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import { operationSummary } from '../../operation-summary.ts';
import { takeEntry } from './take.ts';

/** The folder of the words, and that of what was deleted, in the user's data folder. */
export const WORDS_FOLDER = 'words';
export const TRASH_FOLDER = 'trash';

/** A path within the data folder that an operation may touch. */
const movedPath = z.string().regex(/^(words|trash|incoming|models)\/(?!\.\.?(\/|$))[^/]+(\/(?!\.\.?$)[^/]+)?$/);

/**
 * One change to the takes, complete in itself: written down before it is done, so that whatever is killed half way is
 * carried on at the next start, and kept afterwards, so that it can be undone.
 */
export const operation = z.object({
  /** Counts up from 1. */
  sequence: z.number().int().positive(),
  /** The operation that this one takes back. */
  undoes: z.number().int().positive().optional(),
  summary: operationSummary,
  /** Files and folders that change place; paths within the data folder, with `/`. */
  moves: z.array(z.object({ from: movedPath, to: movedPath })),
  /** The takes' entries before and after; null where there is none. */
  takes: z.record(z.string(), z.object({ before: takeEntry.nullable(), after: takeEntry.nullable() })),
  /** The user's words, in their order, before and after. */
  words: z.object({ before: z.array(z.string()), after: z.array(z.string()) }).optional(),
});

export type Operation = z.output<typeof operation>;

/** The operation that takes another one back; what that one had added goes to the trash. */
export function inverseOf(done: Operation, sequence: number): Operation {
  const added = Object.entries(done.takes).flatMap(([id, { before, after }]) =>
    before === null && after !== null ? [{ from: takePath(after.label, id), to: trashPath(id) }] : [],
  );
  return {
    sequence,
    undoes: done.sequence,
    summary: done.summary,
    moves: [...added, ...done.moves.map(({ from, to }) => ({ from: to, to: from })).reverse()],
    takes: Object.fromEntries(
      Object.entries(done.takes).map(([id, { before, after }]) => [id, { before: after, after: before }]),
    ),
    ...(done.words ? { words: { before: done.words.after, after: done.words.before } } : {}),
  };
}

/** Where a take's sound lies within the data folder. */
export function takePath(label: string, id: string): string {
  return `${WORDS_FOLDER}/${label}/${id}.wav`;
}

/** Where a deleted take's sound lies within the data folder. */
export function trashPath(id: string): string {
  return `${TRASH_FOLDER}/${id}.wav`;
}

/**
 * Brings files and folders to where an operation wants them. What is there already stays, so it can be run again after
 * it was broken off.
 */
export async function moveFiles(home: string, { moves, words }: Operation): Promise<void> {
  for (const { from, to } of moves) await moveOne(join(home, from), join(home, to));
  if (!words) return;
  for (const label of words.before)
    // A folder that another program has put something into stays.
    if (!words.after.includes(label)) await rmdir(join(home, WORDS_FOLDER, label)).catch(() => undefined);
  for (const label of words.after)
    if (!words.before.includes(label)) await mkdir(join(home, WORDS_FOLDER, label), { recursive: true });
}

async function moveOne(from: string, to: string): Promise<void> {
  const [source, target] = await Promise.all([from, to].map((path) => stat(path).catch(() => undefined)));
  if (!source) return;
  // The same file under another case of its name is no obstacle; anything else must not be overwritten.
  if (target && !(target.ino === source.ino && target.dev === source.dev)) return;
  await mkdir(dirname(to), { recursive: true });
  await rename(from, to);
}
