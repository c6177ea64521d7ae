import type { EngineClient } from '../../src/engine/client.ts';
import type { OperationSummary, WordsListing } from '../../src/engine/contract/words-schemas.ts';
import { createStore, type Store } from '../store.ts';

/** The user's words as the engine keeps them, always up to date. */
export interface WordList {
  /** undefined until the engine has answered. */
  readonly listing: Store<WordsListing | undefined>;
  /** Takes the last change back. @returns what it was; undefined where there was nothing */
  undo(): Promise<OperationSummary | undefined>;
}

/** @param complain  told what went wrong */
export function createWordList(engine: EngineClient, complain: (error: unknown) => void): WordList {
  const listing = createStore<WordsListing | undefined>(undefined);
  let asked = 0;

  const load = async (): Promise<void> => {
    const question = ++asked;
    const answer = await engine.call('words.list', {});
    // Of many answers only the one to the newest question counts.
    if (question === asked) listing.set(answer);
  };
  const reload = (): void => void load().catch(complain);
  engine.on('words.changed', reload);
  engine.on('engine.restarted', reload);
  reload();

  return {
    listing,
    undo: async () => (await engine.call('undo', {})).undone ?? undefined,
  };
}
