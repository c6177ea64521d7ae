import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { TakesStore } from '../../../src/store/takes/takes-store.ts';

export interface OpenStore {
  readonly store: TakesStore;
  readonly messages: string[];
}

/** A store that is closed when the test ends. */
export function openStore(home: string): OpenStore {
  const messages: string[] = [];
  const store = new TakesStore(home, (message) => messages.push(message));
  onTestFinished(() => store.close());
  return { store, messages };
}

/** The sounds in `words`, as `label/name`. */
export function takeFiles(home: string): string[] {
  if (!existsSync(join(home, 'words'))) return [];
  return readdirSync(join(home, 'words'), { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.wav'))
    .map((path) => path.replaceAll('\\', '/'))
    .sort();
}

/** Everything that is known of words and takes, to compare before and after. */
export async function contents(store: TakesStore): Promise<unknown> {
  const { words } = await store.listWords();
  return { words, takes: await store.listTakes() };
}

export function bytesOf(home: string, path: string): Buffer {
  return readFileSync(join(home, 'words', path));
}
