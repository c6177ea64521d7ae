import type { compareCalls } from '../../contract/compare-calls.ts';
import type { EventHub } from '../event-hub.ts';
import type { Handlers } from '../service.ts';
import type { LongWork } from '../work.ts';

/** The handler of the call that compares the cells. Its code is loaded when it is first asked for. */
export function createCompareHandlers(
  work: LongWork,
  events: EventHub,
  cacheFolder: string | undefined,
): Pick<Handlers, keyof typeof compareCalls> {
  return {
    compare: (input) =>
      work.runTraining(undefined, async (signal, compute) => {
        const { compareInFolder } = await import('./compare-in-folder.ts');
        return compareInFolder(input, cacheFolder, compute, events, signal);
      }),
  };
}
