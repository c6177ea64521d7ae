import type { TrainListeners } from '../../../training/training-loop.ts';
import { HEED_VERSION } from '../../../version.ts';
import type { compressCalls } from '../../contract/compress-calls.ts';
import type { EventHub } from '../event-hub.ts';
import type { Handlers } from '../service.ts';
import type { LongWork } from '../work.ts';

/** The handler of the call that makes a model lighter. Its code is loaded when it is first asked for. */
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
        const { compareLighter } = await import('../../../lab/compress/compare-lighter.ts');
        const settings = { ...input, heedVersion: HEED_VERSION, cacheFolder };
        const models = await compareLighter(settings, compute, listeners, signal);
        return { models };
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
