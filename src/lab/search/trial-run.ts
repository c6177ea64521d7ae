import { join } from 'node:path';
import { HeedError } from '../../errors.ts';
import type { TrainEpoch } from '../../training/progress.ts';
import type { TrainRunResult, TrainRunSettings } from '../../training/settings.ts';
import { trialTraining } from './parameters.ts';
import type { Trial, TrialOutcome } from './trials.ts';

/** What all trials of a search share: what they learn and what they are measured on. */
export type TrialBasis = Pick<
  TrainRunSettings,
  'folders' | 'validation' | 'background' | 'leaveOut' | 'labels' | 'heedVersion' | 'cacheFolder' | 'attribution'
>;

/** Where the files of a search lie. */
export function searchFiles(
  folder: string,
): Record<'journal' | 'lock' | 'trials' | 'best' | 'results' | 'chart', string> {
  return {
    journal: join(folder, 'trials.journal'),
    lock: join(folder, 'search.lock'),
    trials: join(folder, 'trials'),
    best: join(folder, 'best.onnx'),
    results: join(folder, 'results.json'),
    chart: join(folder, 'trials.svg'),
  };
}

/** The model file of a trial. */
export function trialModel(folder: string, { id }: Pick<Trial, 'id'>): string {
  return join(searchFiles(folder).trials, `${id}.onnx`);
}

/** A trial as the app's own trainer runs it; it goes on from its checkpoint where it was interrupted. */
export function trialSettings(folder: string, basis: TrialBasis, trial: Trial): TrainRunSettings {
  const { hidden = 128, layers = 1, batch = 64, precision, tuning } = trialTraining(trial.values);
  const { epochs, seed } = trial;
  return {
    ...basis,
    ...{ hidden, layers, batch, precision, epochs, seed, tuning },
    out: trialModel(folder, trial),
    resume: true,
    command: `heed search (${valuesText(trial)}; ${epochs} epochs)`,
  };
}

/** `hidden 64, learning-rate 0.004` */
export function valuesText({ values }: Pick<Trial, 'values'>): string {
  return Object.entries(values)
    .map(([name, value]) => `${name} ${value}`)
    .join(', ');
}

/**
 * Runs a trial to its end.
 * @param train  trains as these settings say, and tells of each epoch
 * @throws {HeedError} cancelled where it was stopped; dataset where nothing can be measured; what training throws, but for
 *   training-diverged, which is an outcome
 */
export async function runTrial(
  settings: TrainRunSettings,
  train: (settings: TrainRunSettings, onEpoch: (epoch: TrainEpoch) => void) => Promise<TrainRunResult>,
): Promise<TrialOutcome> {
  const startedMs = performance.now();
  let loss = Number.NaN;
  const run = (resume: boolean): Promise<TrainRunResult> =>
    train({ ...settings, resume }, ({ best, validationLoss }) => {
      if (best) loss = validationLoss ?? Number.NaN;
    });
  const durationMs = (): number => Math.round(performance.now() - startedMs);
  try {
    const result = await run(settings.resume).catch((error: unknown) => {
      // What an interrupted run left cannot be used, or belongs to clips that have changed since.
      if (error instanceof HeedError && error.code === 'checkpoint') return run(false);
      throw error;
    });
    if (result.stopped) throw new HeedError('cancelled', 'The trial was stopped before its end.');
    if (result.validationAccuracy === null)
      throw new HeedError(
        'dataset',
        'Trials are compared on validation clips, and there are none; name a folder with --validation.',
      );
    return {
      status: 'finished',
      accuracy: result.validationAccuracy,
      loss: Number.isFinite(loss) ? loss : 0,
      bestEpoch: result.bestEpoch,
      bytes: result.bytes,
      durationMs: durationMs(),
    };
  } catch (error) {
    if (error instanceof HeedError && error.code === 'training-diverged')
      return { status: 'diverged', message: error.message, durationMs: durationMs() };
    throw error;
  }
}
