import { HeedError } from '../../errors.ts';
import type { Manifest } from './manifest.ts';
import type { Operation } from './operation.ts';
import type { TakeEntry } from './take.ts';
import { RESERVED_LABELS, sameLabel } from './word-label.ts';

/** An operation before it has its number; what is left out stays as it is. */
export type OperationDraft = Pick<Operation, 'summary'> & Partial<Omit<Operation, 'sequence' | 'summary' | 'undoes'>>;

/** Makes an operation of what there is; undefined where there is nothing to do. */
export type Drafting = (manifest: Manifest, sequence: number) => OperationDraft | undefined;

/** @throws {HeedError} usage where the take is gone */
export function entryOf({ takes }: Manifest, id: string): TakeEntry {
  const entry = takes.get(id);
  if (!entry)
    throw new HeedError('usage', 'This take is not there any more; it may be in the trash: undo brings it back.');
  return entry;
}

/** The takes of a word. */
export function idsOf({ takes }: Manifest, label: string): string[] {
  return [...takes].filter(([, entry]) => entry.label === label).map(([id]) => id);
}

/** What giving takes to another word changes in their entries. */
export function relabelled(ids: readonly string[], manifest: Manifest, label: string): Operation['takes'] {
  return Object.fromEntries(
    ids.map((id) => [id, { before: entryOf(manifest, id), after: { ...entryOf(manifest, id), label } }]),
  );
}

/** The words with those among `labels` that there are not yet. @throws {HeedError} usage for names too much alike */
export function withWords({ words }: Manifest, labels: readonly string[]): Operation['words'] {
  const added = [...new Set(labels)].filter((label) => !words.includes(label) && !RESERVED_LABELS.includes(label));
  for (const label of added) {
    const other = words.find((word) => sameLabel(word, label));
    if (other) throw takenError(label, other);
  }
  return added.length === 0 ? undefined : { before: [...words], after: [...words, ...added] };
}

/** @throws {HeedError} usage where another word has this name, or nearly */
export function refuseTaken({ words }: Manifest, label: string, except?: string): void {
  const other = words.find((word) => word !== except && sameLabel(word, label));
  if (other) throw takenError(label, other);
}

function takenError(label: string, other: string): HeedError {
  return new HeedError(
    'usage',
    label === other
      ? `There is a word “${other}” already; choose another name, or merge the two.`
      : `There is a word “${other}” already, and some computers do not tell it from “${label}”; choose another name.`,
  );
}
