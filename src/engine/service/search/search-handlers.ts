import type { searchCalls } from '../../contract/search-calls.ts';
import type { EventHub } from '../event-hub.ts';
import type { Handlers } from '../service.ts';
import type { LongWork } from '../work.ts';

/** The handler of the call that searches. Its code is loaded when it is first asked for. */
export function createSearchHandlers(
  work: LongWork,
  events: EventHub,
  cacheFolder: string | undefined,
): Pick<Handlers, keyof typeof searchCalls> {
  return {
    search: (input) =>
      work.runTraining(undefined, async (signal) => {
        const { searchInFolder } = await import('./search-in-folder.ts');
        return searchInFolder(input, cacheFolder, events, signal);
      }),
  };
}
