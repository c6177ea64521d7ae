import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { writeWav } from '../../src/audio/wav-write.ts';
import { MADE_SILENCE } from '../../src/dataset/epoch-draw.ts';
import { DEFAULT_FEATURE_SETTINGS } from '../../src/features/settings.ts';
import type { TrainRunSettings } from '../../src/training/settings.ts';
import { loadTrainingSet, type TrainingSet } from '../../src/training/training-set.ts';
import { addClips, NEVER, temporaryFolder, tinyRun, wavOf } from './sound-folders.ts';

let root: string;
let folder: string;
let messages: string[];
beforeEach(async () => {
  root = await temporaryFolder();
  folder = join(root, 'train');
  await mkdir(folder);
  messages = [];
});

const load = (changes: Partial<TrainRunSettings> = {}): Promise<TrainingSet> =>
  loadTrainingSet(
    tinyRun(root, { validation: undefined, ...changes }),
    DEFAULT_FEATURE_SETTINGS,
    ({ stage }) => messages.push(stage),
    NEVER,
  );
const names = (files: readonly { word: string; fileName: string }[]): string[] =>
  files.map(({ word, fileName }) => `${word}/${fileName}`);

describe('a training set', () => {
  it('balances what is unknown by word, against words with few clips and many', async () => {
    await addClips(folder, 'chirp', 6, { label: 'yes' });
    await addClips(folder, 'hum', 2, { label: 'no' });
    await addClips(folder, 'pulses', 5, { label: 'bed' });
    await addClips(folder, 'pulses', 1, { label: 'cat' });
    const set = await load({ labels: ['yes', 'no'], validation: folder, tuning: {} });
    expect(set.plan.labels).toEqual(['yes', 'no', '_silence_', '_unknown_']);
    // An average word has four clips; silence comes twice as often, and what is unknown, which holds both words cut off
    // and spliced, two and a half times.
    expect(set.draws.map(({ count }) => count)).toEqual([4, 4, 8, 10]);
    expect(set.draws.map(({ groups }) => groups.map(({ length }) => length))).toEqual([
      [6],
      [2],
      [1],
      [5, 1, 2, 6, 2, 6],
    ]);
    expect(set.draws[2]!.groups).toEqual([[MADE_SILENCE]]);
  });

  it('takes several folders together, and clips of silence beside those it makes', async () => {
    await addClips(folder, 'chirp', 2);
    await addClips(join(root, 'more'), 'chirp', 2, { firstSeed: 50 });
    await addClips(join(root, 'more'), 'hum', 2);
    await addClips(join(root, 'more'), 'hum', 3, { label: '_silence_', firstSeed: 90 });
    const set = await load({ folders: [folder, join(root, 'more')], validation: folder });
    expect(set.plan.words).toEqual(['chirp', 'hum']);
    expect(set.draws.map(({ groups }) => groups.map(({ length }) => length))).toEqual([[4], [2], [1, 3]]);
  });

  it('honours the lists of Speech Commands', async () => {
    await addClips(folder, 'chirp', 4);
    await addClips(folder, 'hum', 4);
    await writeFile(join(folder, 'validation_list.txt'), 'chirp/s0_nohash_0.wav\nhum/s1_nohash_0.wav\n');
    await writeFile(join(folder, 'testing_list.txt'), 'chirp/s3_nohash_0.wav\n');
    const set = await load();
    expect(names(set.validationFiles)).toEqual(['chirp/s0_nohash_0.wav', 'hum/s1_nohash_0.wav']);
    expect(names(set.files)).toEqual(
      ['chirp/s1', 'chirp/s2', 'hum/s0', 'hum/s2', 'hum/s3'].map((name) => `${name}_nohash_0.wav`),
    );
  });

  it('never has a speaker on both sides of the split', async () => {
    await addClips(folder, 'chirp', 25);
    await addClips(folder, 'hum', 25);
    const set = await load();
    const training = new Set(set.files.map(({ fileName }) => fileName));
    expect(set.validationFiles.length).toBeGreaterThan(0);
    expect(set.validationFiles.some(({ fileName }) => training.has(fileName))).toBe(false);
    expect(set.files.length + set.validationFiles.length).toBe(50);
  });

  it('measures on no more unknown clips than an average word has', async () => {
    for (const label of ['yes', 'no', 'bed', 'cat']) await addClips(folder, 'chirp', 4, { label });
    const { validationFiles } = await load({ labels: ['yes', 'no'], validation: folder });
    expect(validationFiles.filter(({ word }) => word === 'bed')).toHaveLength(2);
    expect(validationFiles).toHaveLength(12);
  });

  it('uses the background in the folder, or says that there is none', async () => {
    await addClips(folder, 'chirp', 1);
    await addClips(folder, 'hum', 1);
    expect((await load()).background.recordings).toHaveLength(0);
    expect(messages.filter((message) => message.startsWith('No background'))).toHaveLength(1);
    await addClips(folder, 'pulses', 2, { label: '_background_noise_' });
    messages.length = 0;
    // Each as it is, backwards, and with another.
    expect((await load()).background.recordings).toHaveLength(6);
    expect(messages.filter((message) => message.startsWith('No background'))).toHaveLength(0);
  });

  it('is another set when one sample of one clip changes, and the same in another place', async () => {
    await addClips(folder, 'chirp', 2);
    await addClips(folder, 'hum', 2);
    const before = (await load()).digest;
    await addClips(join(root, 'elsewhere'), 'chirp', 2);
    await addClips(join(root, 'elsewhere'), 'hum', 2);
    expect((await load({ folders: [join(root, 'elsewhere')] })).digest).toBe(before);
    const bytes = wavOf('hum', 0);
    bytes[5000]! ^= 1;
    await writeFile(join(folder, 'hum', 's0_nohash_0.wav'), bytes);
    expect((await load()).digest).not.toBe(before);
  });
});

describe('bad input to training', () => {
  it('leaves out torn, empty and false WAV files with a reason, and trains on the rest', async () => {
    await addClips(folder, 'chirp', 2);
    await addClips(folder, 'hum', 2);
    await writeFile(join(folder, 'chirp', 'header.wav'), wavOf('chirp', 9).subarray(0, 30));
    await writeFile(join(folder, 'chirp', 'half.wav'), wavOf('chirp', 9).subarray(0, 9000));
    await writeFile(join(folder, 'chirp', 'empty.wav'), '');
    await writeFile(join(folder, 'hum', 'text.wav'), 'This is no sound.');
    const nan = writeWav({ samples: new Float32Array(99), sampleRateHz: 16_000 }, { encoding: 'float' });
    new DataView(nan.buffer, nan.byteOffset).setFloat32(nan.length - 4, Number.NaN, true);
    await writeFile(join(folder, 'hum', 'nan.wav'), nan);
    await writeFile(join(folder, 'hum', 'notes.txt'), 'not looked at');
    const set = await load({ validation: folder });
    expect(set.files).toHaveLength(4);
    const leftOut = set.skipped.map(({ file }) => file.slice(folder.length + 1));
    expect(leftOut.sort()).toEqual([
      'chirp/empty.wav',
      'chirp/half.wav',
      'chirp/header.wav',
      'hum/nan.wav',
      'hum/text.wav',
    ]);
    expect(set.skipped.find(({ file }) => file.endsWith('half.wav'))!.reason).toMatch(/cut off/);
    expect(messages.filter((message) => message.startsWith('Left out: '))).toHaveLength(5);
  });

  it('refuses when all clips of a word are torn', async () => {
    await addClips(folder, 'chirp', 2);
    await mkdir(join(folder, 'hum'));
    await writeFile(join(folder, 'hum', 'a.wav'), wavOf('hum', 1).subarray(0, 20));
    await expect(load()).rejects.toThrow(
      /None of the clips of “hum” can be used; the first of 1 left out: hum\/a\.wav/,
    );
  });

  it('refuses folders with too little in them, each in its own words', async () => {
    await expect(load()).rejects.toMatchObject({ code: 'dataset' });
    await expect(load({ folders: [join(root, 'gone')] })).rejects.toMatchObject({ code: 'file-missing' });
    await addClips(folder, 'chirp', 1);
    await expect(load()).rejects.toThrow(/only one label, “chirp”/);
    await addClips(folder, 'chirp', 5);
    await expect(load()).rejects.toThrow(/only one label, “chirp”/);
    await mkdir(join(folder, 'hum'));
    await expect(load()).rejects.toThrow(/only one label, “chirp”/);
    await expect(load({ labels: ['chirp', 'cough'] })).rejects.toThrow(/no folder with clips of “cough”/);
  });

  it('takes a single clip of each of two words', async () => {
    await addClips(folder, 'chirp', 1);
    await addClips(folder, 'hum', 1);
    const set = await load();
    expect(set.files).toHaveLength(2);
    expect(set.validationFiles).toHaveLength(0);
  });

  it('refuses a validation folder without any of the words, and background without any sound', async () => {
    await addClips(folder, 'chirp', 1);
    await addClips(folder, 'hum', 1);
    await addClips(join(root, 'other'), 'pulses', 1);
    await expect(load({ validation: join(root, 'other') })).rejects.toThrow(/no clip of the words to learn/);
    await mkdir(join(root, 'quiet'));
    await expect(load({ background: [join(root, 'quiet')] })).rejects.toThrow(/no background recordings/);
    await expect(load({ background: [join(root, 'gone')] })).rejects.toMatchObject({ code: 'file-missing' });
    await writeFile(join(root, 'quiet', 'x.wav'), 'x');
    await expect(load({ background: [join(root, 'quiet')] })).rejects.toThrow(/None of the background recordings/);
  });

  it('stops reading when asked', async () => {
    await addClips(folder, 'chirp', 2);
    await addClips(folder, 'hum', 2);
    const stopped = loadTrainingSet(tinyRun(root), DEFAULT_FEATURE_SETTINGS, () => {}, { aborted: true });
    await expect(stopped).rejects.toMatchObject({ code: 'cancelled' });
  });

  it('leaves out what has the name of a WAV file and cannot be read', async () => {
    await addClips(folder, 'chirp', 2);
    await addClips(folder, 'hum', 2);
    await mkdir(join(folder, 'hum', 'folder.wav'));
    const { skipped } = await load({ validation: folder });
    expect(skipped).toMatchObject([{ file: join(folder, 'hum', 'folder.wav') }]);
  });
});
