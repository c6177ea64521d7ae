import type { ImportItem } from '../../src/engine/contract/recordings-calls.ts';

/** Takes that are of one word, or of one file where nobody knows the word yet. */
export interface ImportGroup {
  readonly key: string;
  /** The word as it stands in its field; empty where it must be said. */
  readonly word: string;
  /** The file, where the group is that of a file. */
  readonly file: string | undefined;
  readonly items: readonly ImportItem[];
}

/** Puts items together by their words, in the order of their coming; those without a word by their files. */
export function groupItems(items: readonly ImportItem[]): ImportGroup[] {
  const groups = new Map<string, { word: string; file: string | undefined; items: ImportItem[] }>();
  for (const item of items) {
    const key = item.label === null ? `file ${item.file}` : `word ${item.label}`;
    const group = groups.get(key) ?? {
      word: item.label ?? '',
      file: item.label === null ? item.file : undefined,
      items: [],
    };
    group.items.push(item);
    groups.set(key, group);
  }
  return [...groups].map(([key, group]) => ({ key, ...group }));
}

/** The groups with something chosen whose word nobody has said. */
export function namelessGroups(groups: readonly ImportGroup[], chosen: ReadonlySet<string>): ImportGroup[] {
  return groups.filter(({ word, items }) => word.trim() === '' && items.some(({ id }) => chosen.has(id)));
}

/** How many words the chosen takes are of. */
export function wordCount(groups: readonly ImportGroup[], chosen: ReadonlySet<string>): number {
  const words = groups.filter(({ items }) => items.some(({ id }) => chosen.has(id))).map(({ word }) => word.trim());
  return new Set(words.filter((word) => word !== '')).size;
}
