import { stat } from 'node:fs/promises';
import type { Model } from '../../../model/model.ts';
import type { FinetuneTuning } from '../../../training/finetune/settings.ts';
import type { TrainEpoch } from '../../../training/progress.ts';
import type { TrainListeners } from '../../../training/training-loop.ts';
import { HEED_VERSION } from '../../../version.ts';
import type { TeachEpoch, TeachSettings } from '../../contract/teach-schemas.ts';
import type { LongWork } from '../work.ts';
import type { LessonListeners, TeachingOptions } from './teaching.ts';

const SCRATCH_PASSES = 60;
const SEED = 1;
const MADE_BY = 'the Teach screen';
const ATTRIBUTION = 'The user’s own recordings.';
/** What a crash may cost. */
const CHECKPOINT_EVERY_MS = 5000;
/** How hard an adapted model is held to its old weights; as usual where nothing stands here. */
const ELASTICITY: Readonly<Partial<Record<TeachSettings['depth'], number>>> = { light: 0.08, deep: 0.005 };

/**
 * The training behind a lesson, as one of the engine's long works: fine-tuning, or training from scratch, which goes on
 * from its checkpoint.
 * @param loadModel  reads the model to go on from
 */
export function createLessonTraining(
  work: LongWork,
  loadModel: (path: string) => Promise<Model>,
  cacheFolder: string | undefined,
): TeachingOptions['train'] {
  return ({ plan, trainFolder, heldOutFolder, from, out }, listeners, signal) =>
    work.runTraining(signal, async (combined, compute) => {
      const { settings } = plan;
      const validation = await existing(heldOutFolder);
      if (settings.method === 'adapt') {
        const { finetuneModel } = await import('../../../training/finetune/finetune-run.ts');
        return finetuneModel(
          {
            ...{ folder: trainFolder, from, validation, out, seed: SEED, heedVersion: HEED_VERSION, command: MADE_BY },
            tuning: finetuneTuning(settings),
          },
          await loadModel(from),
          trainListeners(listeners),
          combined,
          compute,
        );
      }
      const { trainModel } = await import('../../../training/train-run.ts');
      const { stopped } = await trainModel(
        {
          ...{ folders: [trainFolder], validation, out, seed: SEED, heedVersion: HEED_VERSION, command: MADE_BY },
          labels: plan.words.map(({ label }) => label),
          ...{ hidden: settings.hidden, layers: settings.layers, epochs: settings.passes ?? SCRATCH_PASSES },
          ...{ batch: 64, resume: true, cacheFolder, attribution: ATTRIBUTION },
          tuning: {
            checkpointEveryMs: CHECKPOINT_EVERY_MS,
            ...(settings.rate === null ? {} : { learningRate: settings.rate }),
          },
        },
        trainListeners(listeners),
        combined,
        compute,
      );
      return { stopped, improved: true };
    });
}

function finetuneTuning({ passes, rate, depth }: TeachSettings): Partial<FinetuneTuning> {
  const elasticity = ELASTICITY[depth];
  return {
    ...(passes === null ? {} : { passes }),
    ...(rate === null ? {} : { learningRate: rate }),
    ...(elasticity === undefined ? {} : { elasticity }),
  };
}

function trainListeners(listeners: LessonListeners): TrainListeners {
  return {
    onEpoch: (epoch) => listeners.onEpoch(teachEpoch(epoch)),
    onProgress: ({ stage, done, total, remainingMs }) => {
      // A message among the progress has no total; it is for a command line.
      if (total > 0) listeners.onProgress({ stage, done, total, remainingMs });
    },
  };
}

function teachEpoch(epoch: TrainEpoch): TeachEpoch {
  const { loss, trainAccuracy, best, remainingMs } = epoch;
  return {
    ...{ epoch: epoch.epoch, epochs: epoch.epochs, loss, trainAccuracy, best, remainingMs },
    heldOutLoss: epoch.validationLoss,
    heldOutAccuracy: epoch.validationAccuracy,
    heldOutPerWord: { ...epoch.validationPerLabel },
  };
}

async function existing(folder: string): Promise<string | undefined> {
  return (await stat(folder).catch(() => undefined)) ? folder : undefined;
}
