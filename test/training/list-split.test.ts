import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { clipsOfSplit, type Split } from '../../src/training/list-split.ts';
import { scanLabelledFolder } from '../../src/training/scan-folder.ts';
import { heed } from '../cli/command-line.ts';
import { saveModel } from '../../src/model/model-file.ts';
import { randomModel } from '../model/random-model.ts';
import { addClips, temporaryFolder } from './sound-folders.ts';

/** Two words of four clips: one of each is for testing, two for validation, one for training. */
async function listedFolder(): Promise<string> {
  const folder = join(await temporaryFolder(), 'archive');
  for (const kind of ['chirp', 'hum'] as const) await addClips(folder, kind, 4);
  const entries = (seeds: readonly number[]): string =>
    ['chirp', 'hum'].flatMap((word) => seeds.map((seed) => `${word}/s${seed}_nohash_0.wav\r\n`)).join('');
  await writeFile(join(folder, 'testing_list.txt'), entries([3]));
  await writeFile(join(folder, 'validation_list.txt'), `${entries([0, 2])}hum/not-there.wav\n`);
  return folder;
}

async function partOf(folder: string, split: Split): Promise<string[]> {
  return clipsOfSplit(await scanLabelledFolder(folder), split, folder).map(
    ({ word, fileName }) => `${word}/${fileName}`,
  );
}

describe('a part of a folder with lists', () => {
  it('is what the list names, or what no list names', async () => {
    const folder = await listedFolder();
    const of = (...seeds: number[]) =>
      ['chirp', 'hum'].flatMap((word) => seeds.map((s) => `${word}/s${s}_nohash_0.wav`));
    expect(await partOf(folder, 'testing')).toEqual(of(3));
    expect(await partOf(folder, 'validation')).toEqual(of(0, 2));
    expect(await partOf(folder, 'training')).toEqual(of(1));
  });

  it('cannot be had where there is no such list, or none of its clips', async () => {
    const folder = await listedFolder();
    await writeFile(join(folder, 'testing_list.txt'), '');
    await expect(partOf(folder, 'testing')).rejects.toThrow(/no testing_list\.txt/);
    await writeFile(join(folder, 'testing_list.txt'), 'hum/gone.wav\n');
    await expect(partOf(folder, 'testing')).rejects.toThrow(/none of the clips/);
    const unlisted = join(await temporaryFolder(), 'clips');
    await addClips(unlisted, 'hum', 1);
    for (const split of ['training', 'validation', 'testing'] as const)
      await expect(partOf(unlisted, split)).rejects.toMatchObject({ code: 'dataset' });
  });
});

describe('heed evaluate --split', () => {
  it('measures on the clips of that part only', async () => {
    const folder = await listedFolder();
    const model = join(folder, 'model.onnx');
    await saveModel(model, randomModel());
    const counts: unknown[] = [];
    for (const split of ['testing', 'validation', 'training']) {
      const { out } = await heed('evaluate', folder, '--model', model, '--split', split, '--json');
      counts.push((JSON.parse(out[0]!) as { n: number }).n);
    }
    expect(counts).toEqual([2, 4, 2]);
    expect(await heed('evaluate', folder, '--model', model, '--split', 'half')).toMatchObject({ exitCode: 2 });
  });
});
