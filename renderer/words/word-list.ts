import type { EngineClient } from '../../src/engine/client.ts';
import type { CallInput, CallOutput } from '../../src/engine/contract/calls.ts';
import type { Take, WordsListing } from '../../src/engine/contract/words-schemas.ts';
import type { OperationSummary } from '../../src/operation-summary.ts';
import { createStore, type Store } from '../store.ts';

type WordChange =
  | 'words.add'
  | 'words.rename'
  | 'words.merge'
  | 'words.delete'
  | 'takes.move'
  | 'takes.trim'
  | 'takes.leaveOut'
  | 'takes.delete';

/** The user's words and takes as the engine keeps them, always up to date. */
export interface WordList {
  /** undefined until the engine has answered. */
  readonly listing: Store<WordsListing | undefined>;
  /** All takes by their word, in the order of recording. */
  readonly takes: Store<ReadonlyMap<string, readonly Take[]>>;
  /** Makes one change; the lists show it when this resolves. @throws {HeedError} what the engine says */
  change<N extends WordChange>(name: N, input: CallInput<N>): Promise<CallOutput<N>>;
  /** Takes the last change back. @returns what it was; undefined where there was nothing */
  undo(): Promise<OperationSummary | undefined>;
}

/** @param complain  told what went wrong */
export function createWordList(engine: EngineClient, complain: (error: unknown) => void): WordList {
  const listing = createStore<WordsListing | undefined>(undefined);
  const takes = createStore<ReadonlyMap<string, readonly Take[]>>(new Map());
  let asked = 0;
  /** Ends when the lists are as the newest answer has them. */
  let newest: Promise<void> = Promise.resolve();

  const load = async (): Promise<void> => {
    const question = ++asked;
    const words = await engine.call('words.list', {});
    const answer = await engine.call('takes.list', {});
    // Of many answers only the one to the newest question counts.
    if (question !== asked) return newest;
    takes.set(byWord(answer.takes));
    listing.set(words);
  };
  const reload = (): void => void (newest = load().catch(complain));
  engine.on('words.changed', reload);
  engine.on('engine.restarted', reload);
  reload();

  return {
    listing,
    takes,
    change: async (name, input) => {
      const answer = await engine.call(name, input);
      // The event that something changed came before the answer.
      await newest;
      return answer;
    },
    undo: async () => (await engine.call('undo', {})).undone ?? undefined,
  };
}

function byWord(takes: readonly Take[]): Map<string, Take[]> {
  const words = new Map<string, Take[]>();
  for (const take of takes) {
    const own = words.get(take.label);
    if (own) own.push(take);
    else words.set(take.label, [take]);
  }
  return words;
}
