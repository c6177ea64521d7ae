import { stat } from 'node:fs/promises';
import type { TrainEpoch } from '../../../training/progress.ts';
import { HEED_VERSION } from '../../../version.ts';
import type { TeachEpoch } from '../../contract/teach-schemas.ts';
import type { LongWork } from '../work.ts';
import type { TeachingOptions } from './teaching.ts';

const SCRATCH_PASSES = 60;
const SEED = 1;
const ATTRIBUTION = 'The user’s own recordings.';
/** What a crash may cost. */
const CHECKPOINT_EVERY_MS = 5000;

/** The training behind a lesson, as one of the engine's long works. */
export function createLessonTraining(work: LongWork, cacheFolder: string | undefined): TeachingOptions['train'] {
  return ({ plan, trainFolder, heldOutFolder, out }, listeners, signal) =>
    work.runTraining(signal, async (combined, compute) => {
      const { trainModel } = await import('../../../training/train-run.ts');
      const { settings } = plan;
      return trainModel(
        {
          ...{ folders: [trainFolder], validation: await existing(heldOutFolder), out },
          labels: plan.words.map(({ label }) => label),
          ...{ hidden: settings.hidden, layers: settings.layers, epochs: settings.passes ?? SCRATCH_PASSES },
          ...{ batch: 64, seed: SEED, resume: true, heedVersion: HEED_VERSION, command: 'Teach', cacheFolder },
          attribution: ATTRIBUTION,
          tuning: {
            checkpointEveryMs: CHECKPOINT_EVERY_MS,
            ...(settings.rate === null ? {} : { learningRate: settings.rate }),
          },
        },
        {
          onEpoch: (epoch) => listeners.onEpoch(teachEpoch(epoch)),
          onProgress: ({ stage, done, total, remainingMs }) => {
            // A message among the progress has no total; it is for a command line.
            if (total > 0) listeners.onProgress({ stage, done, total, remainingMs });
          },
        },
        combined,
        compute,
      );
    });
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
