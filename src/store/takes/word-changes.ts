import { HeedError } from '../../errors.ts';
import type { Manifest } from './manifest.ts';
import { takePath, trashPath, WORDS_FOLDER, type Operation } from './operation.ts';
import { entryOf, idsOf, refuseTaken, relabelled, type Drafting } from './operation-draft.ts';
import { RESERVED_LABELS } from './word-label.ts';

/** Makes a word. */
export function addingWord(label: string): Drafting {
  return (manifest) => {
    refuseTaken(manifest, label);
    return {
      summary: { kind: 'add-word', label, takeCount: 0 },
      words: { before: [...manifest.words], after: [...manifest.words, label] },
    };
  };
}

/** Gives a word another name. */
export function renamingWord(label: string, to: string): Drafting {
  return (manifest) => {
    refuseMissing(manifest, label);
    refuseTaken(manifest, to, label);
    const takes = relabelled(idsOf(manifest, label), manifest, to);
    return {
      summary: { kind: 'rename-word', label, to, takeCount: Object.keys(takes).length },
      moves: [{ from: folderPath(label), to: folderPath(to) }],
      takes,
      words: {
        before: [...manifest.words],
        after: manifest.words.map((word) => (word === label ? to : word)),
      },
    };
  };
}

/** Gives all takes of a word to another one, or to a reserved label; the first is gone. */
export function mergingWords(label: string, into: string): Drafting {
  return (manifest, sequence) => {
    refuseMissing(manifest, label);
    if (!RESERVED_LABELS.includes(into)) refuseMissing(manifest, into);
    const ids = idsOf(manifest, label);
    return {
      summary: { kind: 'merge-words', label, to: into, takeCount: ids.length },
      moves: [...ids.map((id) => ({ from: takePath(label, id), to: takePath(into, id) })), toTrash(label, sequence)],
      takes: relabelled(ids, manifest, into),
      words: withoutWord(manifest, label),
    };
  };
}

/** Moves a word with all its takes to the trash. */
export function deletingWord(label: string): Drafting {
  return (manifest, sequence) => {
    refuseMissing(manifest, label);
    const ids = idsOf(manifest, label);
    return {
      summary: { kind: 'delete-word', label, takeCount: ids.length },
      moves: [toTrash(label, sequence)],
      takes: Object.fromEntries(ids.map((id) => [id, { before: entryOf(manifest, id), after: null }])),
      words: withoutWord(manifest, label),
    };
  };
}

function withoutWord({ words }: Manifest, label: string): Operation['words'] {
  return { before: [...words], after: words.filter((word) => word !== label) };
}

function folderPath(label: string): string {
  return `${WORDS_FOLDER}/${label}`;
}

function toTrash(label: string, sequence: number): { from: string; to: string } {
  return { from: folderPath(label), to: trashPath(`${sequence} ${label}`).slice(0, -'.wav'.length) };
}

function refuseMissing({ words }: Manifest, label: string): void {
  if (!words.includes(label))
    throw new HeedError('usage', `There is no word “${label}” any more; it may have been renamed.`);
}
