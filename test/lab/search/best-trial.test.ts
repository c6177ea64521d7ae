import { mkdir, readFile, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { keepBestModel } from '../../../src/lab/search/best-trial.ts';
import { searchFiles, trialModel } from '../../../src/lab/search/trial-run.ts';
import { trialOf, type TrialRecord } from '../../../src/lab/search/trials.ts';
import { temporaryFolder } from '../../training/sound-folders.ts';

function finished(hidden: number, accuracy: number): TrialRecord {
  const outcome = { status: 'finished', accuracy, loss: 1, bestEpoch: 1, bytes: 1, durationMs: 1 } as const;
  return { ...trialOf({ hidden }, 1, 1), outcome };
}

async function folderWith(records: readonly TrialRecord[]): Promise<string> {
  const folder = await temporaryFolder();
  await mkdir(searchFiles(folder).trials);
  for (const record of records) await writeFile(trialModel(folder, record), `model ${record.values['hidden']}`);
  return folder;
}

describe('keepBestModel', () => {
  it("puts the best trial's model in its place, and removes those of the others", async () => {
    const [worse, better] = [finished(8, 0.5), finished(16, 0.6)];
    const folder = await folderWith([worse, better]);
    const path = await keepBestModel(folder, [worse, better]);
    expect(await readFile(path!, 'utf8')).toBe('model 16');
    expect(await readdir(searchFiles(folder).trials)).toEqual([`${better.id}.onnx`]);
  });

  it('leaves alone the model of a trial that ends while it works, so that it can be the best next time', async () => {
    const [worse, better] = [finished(8, 0.5), finished(16, 0.6)];
    const folder = await folderWith([worse, better]);
    const records = [worse];
    const first = keepBestModel(folder, records);
    records.push(better);
    await first;
    const path = await keepBestModel(folder, records);
    expect(await readFile(path!, 'utf8')).toBe('model 16');
  });

  it('says that there is none where no trial finished, or its model is gone', async () => {
    const record = finished(8, 0.5);
    const folder = await folderWith([]);
    expect(await keepBestModel(folder, [])).toBeUndefined();
    expect(await keepBestModel(folder, [record])).toBeUndefined();
    expect(await readdir(join(folder, 'trials'))).toEqual([]);
  });
});
