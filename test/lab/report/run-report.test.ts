import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { writeWav } from '../../../src/audio/wav-write.ts';
import type { Figure } from '../../../src/lab/report/figure.ts';
import { runReport, type ReportSection } from '../../../src/lab/report/run-report.ts';
import { createReferenceCompute } from '../../../src/training/compute.ts';
import { randomModel } from '../../model/random-model.ts';
import { synthesise, type SoundKind } from '../../sounds/synthesise.ts';
import { temporaryFolder } from '../../temporary-folder.ts';

const KINDS: readonly SoundKind[] = ['chirp', 'hum', 'pulses'];
const NEVER = { aborted: false };

async function write(folder: string, name: string, kind: SoundKind, seed: number): Promise<void> {
  await mkdir(folder, { recursive: true });
  const sound = { samples: synthesise(kind, seed), sampleRateHz: 16_000 };
  await writeFile(join(folder, name), writeWav(sound, { bitsPerSample: 16 }));
}

/** The folders that a report reads, of synthesised sounds: four speakers say three words seven times. */
async function recordings(): Promise<string> {
  const data = await temporaryFolder();
  let seed = 0;
  for (const kind of KINDS) {
    for (const speaker of ['a', 'b', 'c', 'd'])
      for (let take = 1; take <= 7; take++)
        await write(join(data, 'few_shot', 'arabic', kind), `${speaker}_NO_0${take}.wav`, kind, seed++);
    await write(join(data, 'speech_commands', 'validation', kind), `x_nohash_0.wav`, kind, seed++);
  }
  await write(join(data, 'speech_commands', 'validation', 'yes'), 'x_nohash_0.wav', 'hum', seed++);
  await write(join(data, 'noise', 'background'), 'noise.wav', 'pulses', seed);
  return data;
}

const shortReport = (data: string, section: ReportSection): Promise<Figure[]> =>
  runReport(
    { data, model: randomModel(), sections: [section], short: true, seed: 1 },
    createReferenceCompute(),
    () => {},
    NEVER,
  );

describe('the report of few takes', () => {
  it('has three speakers in its short form, and says mean, worst and others for 5, 3 and 1 takes', async () => {
    const data = await recordings();
    const stages = new Set<string>();
    const figures = await runReport(
      { data, model: randomModel(), sections: ['few-shot'], short: true, seed: 1 },
      createReferenceCompute(),
      ({ stage, total }) => void stages.add(`${stage} ${total}`),
      NEVER,
    );
    expect(figures.map(({ id }) => id)).toEqual(
      [5, 3, 1].flatMap((takes) => ['mean', 'worst', 'others'].map((figure) => `few-shot.${takes}.${figure}`)),
    );
    expect(figures[0]).toMatchObject({ what: '5 takes of a new word, mean of 3 speakers', atLeast: 95.5 });
    expect(stages).toContain('Teaching words from a few takes 9');
    const [mean, worst] = figures;
    expect(mean!.value).toBeGreaterThanOrEqual(worst!.value);
  }, 60_000);

  it('says which folder is missing', async () => {
    const settings = { data: '/nowhere', model: randomModel(), sections: ['few-shot'] as const, short: true, seed: 1 };
    await expect(runReport(settings, createReferenceCompute(), () => {}, NEVER)).rejects.toMatchObject({
      code: 'file-missing',
    });
  });

  it('measures clips without asking for takes, with the worst word by name', async () => {
    const data = await recordings();
    await rm(join(data, 'few_shot'), { recursive: true });
    const figures = await shortReport(data, 'clips');
    expect(figures.map(({ id }) => id)).toEqual(['clips.accuracy', 'clips.worst']);
    expect(figures[0]!.what).toContain('(4)');
    expect(figures[1]!.what).toContain('“yes”');
  });

  it('measures what listening and teaching cost', async () => {
    const data = await recordings();
    await write(join(data, 'speech', 'orders'), 'a.wav', 'chirp', 1);
    const figures = await shortReport(data, 'cost');
    expect(figures.map(({ id }) => id)).toEqual(['cost.silence', 'cost.speech']);
    for (const { value, unit } of figures) {
      expect(value).toBeGreaterThan(0);
      expect(unit).toBe('%');
    }
  }, 60_000);
});
