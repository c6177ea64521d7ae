import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { rmsDbfs } from '../../../src/audio/level.ts';
import { readWav } from '../../../src/audio/wav-read.ts';
import { writeWav } from '../../../src/audio/wav-write.ts';
import { makeStream, type MakeStreamSettings } from '../../../src/lab/streams/make-stream.ts';
import type { WorkProgress } from '../../../src/training/progress.ts';
import { synthesise } from '../../sounds/synthesise.ts';
import { addClips, NEVER, temporaryFolder } from '../../training/sound-folders.ts';

const DEFAULTS = { snrDb: 20, everySeconds: 2.5, seed: 1 };

async function make(settings: Omit<MakeStreamSettings, keyof typeof DEFAULTS> & Partial<typeof DEFAULTS>) {
  const made = await makeStream({ ...DEFAULTS, ...settings }, () => {}, NEVER);
  const { sound, warnings, bitsPerSample } = readWav(await readFile(made.wav), made.wav);
  const rows = (await readFile(made.truth, 'utf8')).split('\n').filter(Boolean);
  const truth = rows.map((row) => [Number(row.split('\t')[0]), row.split('\t')[1]!] as const);
  return { made, ...sound, warnings, bitsPerSample, truth };
}

async function corpus(count: number): Promise<string> {
  const root = await temporaryFolder();
  await addClips(join(root, 'clips'), 'chirp', count);
  await addClips(join(root, 'clips'), 'hum', count);
  await mkdir(join(root, 'noise'));
  await writeFile(
    join(root, 'noise', 'steady.wav'),
    writeWav({ samples: synthesise('pulses', 1), sampleRateHz: 16_000 }),
  );
  return root;
}

describe('makeStream', () => {
  it('sets every clip into the background once, and says what was said when', async () => {
    const root = await corpus(4);
    const settings = { folder: join(root, 'clips'), background: join(root, 'noise'), out: join(root, 's.wav') };
    const { made, samples, sampleRateHz, bitsPerSample, warnings, truth } = await make(settings);
    expect(made).toEqual({
      wav: join(root, 's.wav'),
      truth: join(root, 's.tsv'),
      hours: samples.length / 16_000 / 3600,
      words: 8,
      skipped: [],
    });
    expect([sampleRateHz, bitsPerSample, warnings]).toEqual([16_000, 16, []]);
    expect(truth.map(([, label]) => label).sort()).toEqual([...Array(4).fill('chirp'), ...Array(4).fill('hum')]);
    for (const [seconds] of truth) {
      const at = Math.round(seconds * 16_000);
      const level = (from: number, to: number) => rmsDbfs(samples.subarray(from, to));
      expect(level(at - 400, at + 400)).toBeGreaterThan(level(at - 16_000, at - 14_000) + 6);
    }
  });

  it('makes the same bytes for the same seed', async () => {
    const root = await corpus(3);
    const made = [];
    for (const [out, seed] of [
      ['a', 1],
      ['b', 1],
      ['c', 2],
    ] as const)
      made.push(await make({ folder: join(root, 'clips'), out: join(root, out), seed }));
    expect(made[1]!.samples).toEqual(made[0]!.samples);
    expect(made[1]!.truth).toEqual(made[0]!.truth);
    expect(made[2]!.truth).not.toEqual(made[0]!.truth);
  });

  it('lasts as long as asked for, and repeats no clip before all were heard', async () => {
    const root = await corpus(3);
    const folder = join(root, 'clips');
    const { samples, truth } = await make({ folder, out: join(root, 's'), minutes: 0.5, everySeconds: 2 });
    expect(samples.length).toBe(16_000 * 30);
    expect(truth.length).toBeGreaterThan(11);
    for (const round of [truth.slice(0, 6), truth.slice(6, 12)])
      expect(round.map(([, label]) => label).sort()).toEqual([...Array(3).fill('chirp'), ...Array(3).fill('hum')]);
  });

  it('takes only the labels asked for, and names one that is not there', async () => {
    const root = await corpus(2);
    const settings = { folder: join(root, 'clips'), out: join(root, 's') };
    expect((await make({ ...settings, labels: ['hum'] })).truth.map(([, label]) => label)).toEqual(['hum', 'hum']);
    await expect(make({ ...settings, labels: ['hum', 'marmalade'] })).rejects.toMatchObject({
      code: 'dataset',
      message: expect.stringContaining('marmalade') as string,
    });
  });

  it('plays recordings without labels one after another, with nothing said in them', async () => {
    const root = await temporaryFolder();
    await addClips(root, 'hum', 3, { label: 'sentences' });
    const { samples, truth, made } = await make({ folder: join(root, 'sentences'), out: join(root, 's') });
    expect([samples.length, truth, made.words]).toEqual([3 * 16_000, [], 0]);
    const { samples: longer } = await make({ folder: join(root, 'sentences'), out: join(root, 't'), minutes: 0.1 });
    expect(longer.length).toBe(6 * 16_000);
    await expect(
      make({ folder: join(root, 'sentences'), background: join(root, 'sentences'), out: join(root, 'u') }),
    ).rejects.toMatchObject({ code: 'usage' });
  });

  it('leaves out what is no sound or silent, and says so', async () => {
    const root = await corpus(2);
    const folder = join(root, 'clips');
    await writeFile(join(folder, 'hum', 'torn.wav'), 'RIFF');
    await writeFile(
      join(folder, 'hum', 'silent.wav'),
      writeWav({ samples: new Float32Array(16_000), sampleRateHz: 16_000 }),
    );
    const { made } = await make({ folder, out: join(root, 's') });
    expect(made.words).toBe(4);
    expect(made.skipped.map(({ file }) => file.split('/').at(-1)).sort()).toEqual(['silent.wav', 'torn.wav']);
  });

  it('refuses a folder of nothing but broken clips, rather than look for another for ever', async () => {
    const root = await temporaryFolder();
    await mkdir(join(root, 'clips', 'hum'), { recursive: true });
    await writeFile(join(root, 'clips', 'hum', 'torn.wav'), 'RIFF');
    for (const minutes of [undefined, 1])
      await expect(make({ folder: join(root, 'clips'), out: join(root, 's'), minutes })).rejects.toMatchObject({
        code: 'dataset',
      });
    expect(await readdir(root)).toEqual(['clips']);
  });

  it('leaves what was there when it is stopped, and nothing half written', async () => {
    const root = await corpus(6);
    const out = join(root, 's.wav');
    await writeFile(out, 'before');
    const signal = { aborted: false };
    const progress: WorkProgress[] = [];
    const stopped = makeStream(
      { ...DEFAULTS, folder: join(root, 'clips'), out },
      (report) => {
        progress.push(report);
        signal.aborted = true;
      },
      signal,
    );
    await expect(stopped).rejects.toMatchObject({ code: 'cancelled' });
    expect(progress[0]).toMatchObject({ work: 'make-stream', total: 12 });
    expect(await readFile(out, 'utf8')).toBe('before');
    expect((await readdir(root)).sort()).toEqual(['clips', 'noise', 's.wav']);
  });
});
