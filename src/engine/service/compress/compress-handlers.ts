import type { TrainListeners } from '../../../training/training-loop.ts';
import { HEED_VERSION } from '../../../version.ts';
import type { compressCalls } from '../../contract/compress-calls.ts';
import type { EventHub } from '../event-hub.ts';
import type { Handlers } from '../service.ts';
import type { LongWork } from '../work.ts';

/** The handlers of the calls that make a model lighter. Its code is loaded when it is first asked for. */
export function createCompressHandlers(
  work: LongWork,
  events: EventHub,
  cacheFolder: string | undefined,
): Pick<Handlers, keyof typeof compressCalls> {
  const listeners: TrainListeners = {
    onEpoch: (epoch) => events.emit('train.epoch', epoch),
    onProgress: (progress) => events.emit('progress', progress),
  };
  return {
    'compress.compare': (input) =>
      work.runTraining(undefined, async (signal, compute) => {
        const { compareLighterInFolder } = await import('./lighter-in-folder.ts');
        const settings = { ...input, heedVersion: HEED_VERSION, cacheFolder };
        return compareLighterInFolder(settings, compute, listeners, signal);
      }),
    compress: ({ to, ...input }) =>
      work.runTraining(undefined, async (signal, compute) => {
        const { compressModel } = await import('../../../lab/compress/compress.ts');
        const { parseTarget } = await import('../../../lab/compress/target.ts');
        return compressModel(
          { ...input, target: parseTarget(to), heedVersion: HEED_VERSION, cacheFolder },
          compute,
          listeners,
          signal,
        );
      }),
  };
}
