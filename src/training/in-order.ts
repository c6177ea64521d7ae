import type { CancelSignal } from '../cancel.ts';
import { HeedError } from '../errors.ts';

/** So many files are read at once: enough to hide the disk's latency. */
const CONCURRENCY = 8;

/**
 * Maps with bounded concurrency; results come in the order of the items.
 * @throws {HeedError} cancelled; or what `map` throws
 */
export async function mapInOrder<Item, Result>(
  items: readonly Item[],
  signal: CancelSignal,
  map: (item: Item, index: number) => Promise<Result>,
): Promise<Result[]> {
  const results = new Array<Result>(items.length);
  let next = 0;
  const work = async (): Promise<void> => {
    while (next < items.length) {
      if (signal.aborted)
        throw new HeedError('cancelled', 'The work was stopped before it was done; nothing was changed.');
      const index = next++;
      results[index] = await map(items[index]!, index);
    }
  };
  await Promise.all(Array.from({ length: Math.min(CONCURRENCY, items.length) }, work));
  return results;
}
