import type { TakesStore } from '../../../store/takes/takes-store.ts';
import { HEED_VERSION } from '../../../version.ts';
import type { finetuneCalls } from '../../contract/finetune-calls.ts';
import type { DetectionLog } from '../detection-log.ts';
import type { EventHub } from '../event-hub.ts';
import type { ModelLibrary } from '../model-library.ts';
import type { Handlers } from '../service.ts';
import type { LongWork } from '../work.ts';

/** The handlers of the calls by which a model learns from its user. */
export function createFinetuneHandlers(
  work: LongWork,
  models: ModelLibrary,
  detections: DetectionLog,
  takes: TakesStore,
  events: EventHub,
): Pick<Handlers, keyof typeof finetuneCalls> {
  return {
    finetune: (input) =>
      work.runTraining(undefined, async (signal, compute) => {
        const { finetuneModel } = await import('../../../training/finetune/finetune-run.ts');
        const { model } = await models.byPath(input.from);
        return finetuneModel(
          { ...input, heedVersion: HEED_VERSION },
          model,
          {
            onEpoch: (epoch) => events.emit('train.epoch', epoch),
            onProgress: (progress) => events.emit('progress', progress),
          },
          signal,
          compute,
        );
      }),
    'detections.correct': async ({ id, label }) => {
      const { samples } = detections.sound(id);
      return takes.addTake({ label, samples, source: 'detection' });
    },
  };
}
