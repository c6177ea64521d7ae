import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { HeedError } from '../../../src/errors.ts';
import { keepBestModel } from '../../../src/lab/search/best-trial.ts';
import { runTrial, searchFiles, trialModel, trialSettings } from '../../../src/lab/search/trial-run.ts';
import { trialOf, type TrialRecord } from '../../../src/lab/search/trials.ts';
import type { TrainEpoch } from '../../../src/training/progress.ts';
import type { TrainRunResult } from '../../../src/training/settings.ts';
import { temporaryFolder } from '../../temporary-folder.ts';

const settings = trialSettings('search', { folders: ['clips'], heedVersion: '0' }, trialOf({ hidden: 8 }, 2, 5));
const result: TrainRunResult = {
  ...{ out: 'x', labels: [], epochs: 2, bestEpoch: 2, validationAccuracy: 0.75, stopped: false, bytes: 7, skipped: [] },
};
const epoch = (validationLoss: number, best: boolean): TrainEpoch => ({
  ...{ epoch: 1, epochs: 2, loss: 1, trainAccuracy: 0.5, validationLoss, validationAccuracy: 0.5, best },
  ...{ validationPerLabel: null, elapsedMs: 1, remainingMs: 1 },
});

describe('a trial', () => {
  it('trains with its values, seed and epochs into a file of its own, and goes on where it was interrupted', () => {
    expect(settings).toMatchObject({ hidden: 8, layers: 1, epochs: 2, seed: 5, resume: true });
    expect(settings.out).toBe(trialModel('search', trialOf({ hidden: 8 }, 2, 5)));
  });

  it('computes in the precision that it tries, and else in the usual one', () => {
    const inBfloat16 = trialOf({ precision: 'bfloat16' }, 2, 5);
    expect(trialSettings('search', { folders: ['clips'], heedVersion: '0' }, inBfloat16).precision).toBe('bfloat16');
    expect(settings.precision).toBeUndefined();
  });

  it('comes to the accuracy and the loss of its best epoch', async () => {
    const outcome = await runTrial(settings, async (_, onEpoch) => {
      onEpoch(epoch(0.25, true));
      onEpoch(epoch(0.5, false));
      return result;
    });
    expect(outcome).toMatchObject({ status: 'finished', accuracy: 0.75, loss: 0.25, bestEpoch: 2, bytes: 7 });
  });

  it('that comes to no number is marked as such', async () => {
    const outcome = await runTrial(settings, () => Promise.reject(new HeedError('training-diverged', 'NaN at 3')));
    expect(outcome).toMatchObject({ status: 'diverged', message: 'NaN at 3' });
  });

  it('begins anew where its checkpoint cannot be used', async () => {
    const resumes: boolean[] = [];
    const outcome = await runTrial(settings, async ({ resume }) => {
      resumes.push(resume);
      if (resume) throw new HeedError('checkpoint', 'of other clips');
      return result;
    });
    expect(resumes).toEqual([true, false]);
    expect(outcome.status).toBe('finished');
  });

  it('that was stopped, or measured nothing, has no outcome', async () => {
    await expect(runTrial(settings, async () => ({ ...result, stopped: true }))).rejects.toMatchObject({
      code: 'cancelled',
    });
    const unmeasured = runTrial(settings, async () => ({ ...result, validationAccuracy: null }));
    await expect(unmeasured).rejects.toMatchObject({ code: 'dataset' });
    await expect(unmeasured).rejects.toThrow(/--validation/);
  });
});

describe('the models of trials', () => {
  const recordOf = (hidden: number, accuracy: number): TrialRecord => ({
    ...trialOf({ hidden }, 2, 5),
    outcome: { status: 'finished', accuracy, loss: 1, bestEpoch: 1, bytes: 3, durationMs: 1 },
  });

  it('are removed but for the best, which is put in its place, however often', async () => {
    const folder = await temporaryFolder();
    const records = [recordOf(8, 0.5), recordOf(16, 0.9), recordOf(32, 0.7)];
    await mkdir(searchFiles(folder).trials);
    for (const record of records) await writeFile(trialModel(folder, record), `model ${record.values['hidden']}`);
    const running = join(searchFiles(folder).trials, `${trialOf({ hidden: 64 }, 2, 5).id}.onnx.checkpoint`);
    await writeFile(running, 'of a trial that has not ended');
    for (let again = 0; again < 2; again++) {
      expect(await keepBestModel(folder, records)).toBe(join(folder, 'best.onnx'));
      expect(await readFile(join(folder, 'best.onnx'), 'utf8')).toBe('model 16');
      expect(await readdir(searchFiles(folder).trials)).toHaveLength(2);
    }
    await writeFile(trialModel(folder, recordOf(64, 0.95)), 'model 64');
    await keepBestModel(folder, [...records, recordOf(64, 0.95)]);
    expect(await readFile(join(folder, 'best.onnx'), 'utf8')).toBe('model 64');
  });

  it('are none where no trial finished, or somebody removed them', async () => {
    const folder = await temporaryFolder();
    expect(await keepBestModel(folder, [])).toBeUndefined();
    expect(await keepBestModel(folder, [recordOf(8, 0.5)])).toBeUndefined();
    await writeFile(join(folder, 'best.onnx'), 'kept');
    await rm(join(folder, 'trials'), { recursive: true, force: true });
    expect(await keepBestModel(folder, [recordOf(8, 0.5)])).toBe(join(folder, 'best.onnx'));
  });
});
