import { HEED_VERSION } from '../../version.ts';
import type { EngineCompute } from '../compute.ts';
import type { handoffCalls } from '../contract/handoff-calls.ts';
import type { EventHub } from './event-hub.ts';
import type { Handlers } from './service.ts';

/** The handler of the call that hands a training over to other machines. Its code is loaded when it is first asked for. */
export function createHandoffHandlers(
  compute: EngineCompute,
  events: EventHub,
  cacheFolder: string | undefined,
  closing: AbortSignal,
): Pick<Handlers, keyof typeof handoffCalls> {
  return {
    handoff: async (input) => {
      const { handOff } = await import('../../training/handoff/handoff.ts');
      return handOff(
        { ...input, heedVersion: HEED_VERSION, command: 'heed handoff', cacheFolder },
        compute,
        (progress) => events.emit('progress', progress),
        closing,
      );
    },
  };
}
