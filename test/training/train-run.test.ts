import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { copyFile, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadModel } from '../../src/model/model-file.ts';
import { createReferenceCompute } from '../../src/training/compute.ts';
import { checkpointPath } from '../../src/training/checkpoint.ts';
import { evaluateFolder } from '../../src/training/evaluate-folder.ts';
import type { TrainEpoch } from '../../src/training/progress.ts';
import { tuningOf, type TrainRunResult, type TrainRunSettings } from '../../src/training/settings.ts';
import { trainModel } from '../../src/training/train-run.ts';
import { addClips, addCorpus, NEVER, temporaryFolder, tinyRun } from './sound-folders.ts';
import { stepCounting } from './step-counting.ts';

const compute = createReferenceCompute();
const quiet = { onEpoch: () => {}, onProgress: () => {} };
const train = (settings: TrainRunSettings): Promise<TrainRunResult> => trainModel(settings, quiet, NEVER, compute);

let root: string;
/** Three epochs of four steps: what the tests of interruption compare with. */
let short: TrainRunSettings;
let shortBytes: Buffer;

beforeAll(async () => {
  root = await temporaryFolder(true);
  await addCorpus(root, 12, 8);
  await addCorpus(join(root, 'small'), 4, 3);
  short = tinyRun(join(root, 'small'), { epochs: 3, batch: 4, hidden: 8 });
  await train(short);
  shortBytes = await readFile(short.out);
}, 60_000);
afterAll(() => rm(root, { recursive: true, force: true }));

describe('training on synthesised sounds', () => {
  const epochs: TrainEpoch[] = [];
  let result: TrainRunResult;
  beforeAll(async () => {
    const listeners = { ...quiet, onEpoch: (epoch: TrainEpoch) => void epochs.push(epoch) };
    result = await trainModel(tinyRun(root, { batch: 8 }), listeners, NEVER, compute);
  }, 60_000);

  it('tells more than 95 % of other clips apart', async () => {
    const folder = join(root, 'validation');
    const model = await loadModel(result.out);
    const measured = await evaluateFolder(
      { folder, model, seed: 1, cacheFolder: join(root, 'cache') },
      compute,
      () => {},
      NEVER,
    );
    expect(measured.n).toBe(24);
    expect(measured.accuracy).toBeGreaterThan(0.95);
  });

  it('reports every epoch, and keeps the one that measured best', async () => {
    expect(epochs.map(({ epoch }) => epoch)).toEqual(Array.from({ length: 12 }, (_, i) => i + 1));
    expect(epochs.at(-1)!.loss).toBeLessThan(epochs[0]!.loss / 2);
    const accuracies = epochs.map(({ validationAccuracy }) => validationAccuracy!);
    expect(result.validationAccuracy).toBe(Math.max(...accuracies));
    expect(result.bestEpoch).toBe(epochs.findLast(({ best }) => best)!.epoch);
    expect(accuracies[result.bestEpoch - 1]).toBe(result.validationAccuracy);
    const { perLabel } = (await loadModel(result.out)).scores[0]!;
    expect(epochs[result.bestEpoch - 1]!.validationPerLabel).toEqual(perLabel);
  });

  it('writes a model that says what it is, and names no folder of the user', async () => {
    const model = await loadModel(result.out);
    expect(model.labels).toEqual(['chirp', 'hum', 'pulses', '_silence_']);
    expect(model.scores[0]).toMatchObject({
      measuredOn: 'validation',
      clipCount: 32,
      accuracy: result.validationAccuracy,
    });
    expect(model.provenance).toMatchObject({ seed: 3, epochs: result.bestEpoch });
    expect(model.provenance.trainedOn).toContain('chirp 12');
    const bytes = await readFile(result.out, 'latin1');
    expect(bytes).not.toContain(dirname(root));
    expect(result.bytes).toBe(bytes.length);
  });

  it('leaves no checkpoint behind', () => {
    expect(existsSync(checkpointPath(result.out))).toBe(false);
  });
});

describe('repeating a run', () => {
  const again = (changes: Partial<TrainRunSettings>): TrainRunSettings => ({
    ...short,
    out: join(root, 'again', 'short.onnx'),
    ...changes,
  });

  it('makes the same file, byte for byte, from the same seed, and another from another', async () => {
    await train(again({}));
    expect(await readFile(again({}).out)).toEqual(shortBytes);
    await train(again({ seed: 4 }));
    expect(await readFile(again({}).out)).not.toEqual(shortBytes);
  });

  it('goes on after kill -9 in the middle of an epoch to the same file', async () => {
    const settings = again({ tuning: { ...tuningOf(short), checkpointEveryMs: 0 } });
    const script = fileURLToPath(new URL('./interrupted-run.ts', import.meta.url));
    await rm(settings.out, { force: true });
    const child = spawn(process.execPath, ['--import', 'tsx', script, JSON.stringify(settings)], { stdio: 'inherit' });
    const [, signal] = (await once(child, 'exit')) as [number | null, string | null];
    expect(signal).toBe('SIGKILL');

    const steps: number[] = [];
    const counting = stepCounting(compute, (step) => void steps.push(step));
    await trainModel({ ...settings, resume: true }, quiet, NEVER, counting);
    expect(steps.length).toBe(12 - 7); // seven of twelve steps were done when it was killed
    expect(await readFile(settings.out)).toEqual(shortBytes);
  });

  it('stops when asked, with a model in the file, and goes on to the same weights', async () => {
    const settings = again({});
    await rm(settings.out, { force: true });
    const signal = { aborted: false };
    const stopAt = (at: number) => stepCounting(compute, (step) => void (signal.aborted = step === at));
    const stopped = await trainModel(settings, quiet, signal, stopAt(2));
    expect(stopped).toMatchObject({ stopped: true, epochs: 0, bestEpoch: 0, validationAccuracy: null });
    expect((await loadModel(settings.out)).labels).toHaveLength(4);

    signal.aborted = false;
    const later = await trainModel({ ...settings, resume: true }, quiet, signal, stopAt(5));
    expect(later).toMatchObject({ stopped: true, epochs: 1, bestEpoch: 1 });
    expect((await loadModel(settings.out)).provenance.epochs).toBe(1);

    const end = await train({ ...settings, resume: true });
    expect(end.stopped).toBe(false);
    expect(await readFile(settings.out)).toEqual(shortBytes);
  });

  it('goes on only in a run of the same settings and clips, and says so', async () => {
    const settings = again({ out: join(root, 'other.onnx') });
    const signal = { aborted: false };
    await trainModel(
      settings,
      quiet,
      signal,
      stepCounting(compute, (step) => void (signal.aborted = step === 2)),
    );
    await expect(train({ ...settings, resume: true, epochs: 4 })).rejects.toMatchObject({ code: 'checkpoint' });
    const folders = [...short.folders, join(root, 'validation')];
    await expect(train({ ...settings, resume: true, folders })).rejects.toMatchObject({ code: 'checkpoint' });
    await copyFile(short.out, checkpointPath(settings.out));
    await expect(train({ ...settings, resume: true })).rejects.toMatchObject({ code: 'checkpoint' });
  });

  it('starts from the beginning where there is no checkpoint', async () => {
    const settings = again({ out: join(root, 'fresh.onnx'), resume: true });
    await train(settings);
    expect(await readFile(settings.out)).toEqual(shortBytes);
  });
});

describe('going on from a model', () => {
  it('begins where the model was: with a rate of nothing its answers stay', async () => {
    const from = join(root, 'first.onnx');
    await copyFile(short.out, from);
    const settings = tinyRun(join(root, 'small'), { epochs: 1, batch: 4, from, out: join(root, 'further.onnx') });
    await train({ ...settings, hidden: 99, tuning: { ...settings.tuning, learningRate: 1e-12 } });
    const [first, further] = [await loadModel(from), await loadModel(settings.out)];
    expect(further.shape).toEqual(first.shape);
    expect(further.normaliser).toEqual(first.normaliser);
    const differences = further.parameters.values.map((value, i) => Math.abs(value - first.parameters.values[i]!));
    expect(Math.max(...differences)).toBeLessThan(1e-6);
  });

  it('is refused with other labels', async () => {
    const settings = tinyRun(join(root, 'small'), { from: short.out, labels: ['hum'], out: join(root, 'other.onnx') });
    await expect(train(settings)).rejects.toThrow(/The model to begin with knows/);
  });
});

describe('places to save', () => {
  it('refuses at once a model file that is a folder, or lies within a file', async () => {
    const reads: string[] = [];
    const listeners = { ...quiet, onProgress: ({ stage }: { stage: string }) => void reads.push(stage) };
    const within = join(root, 'taken');
    await writeFile(within, '');
    await mkdir(join(root, 'folder.onnx'), { recursive: true });
    for (const out of [join(root, 'folder.onnx'), join(within, 'm.onnx')])
      await expect(trainModel({ ...short, out }, listeners, NEVER, compute)).rejects.toMatchObject({
        code: 'file-unwritable',
      });
    expect(reads).toEqual([]);
  });

  it('trains without a cache that cannot be written', async () => {
    await writeFile(join(root, 'no-cache'), '');
    const messages: string[] = [];
    const listeners = { ...quiet, onProgress: ({ stage }: { stage: string }) => void messages.push(stage) };
    const settings = { ...short, out: join(root, 'uncached.onnx'), cacheFolder: join(root, 'no-cache') };
    await trainModel(settings, listeners, NEVER, compute);
    expect(messages.filter((message) => message.startsWith('Features are not kept'))).toHaveLength(1);
    expect(await readFile(settings.out)).toEqual(shortBytes);
  });
});

it('holds out speakers where there is no validation folder', async () => {
  const folder = await temporaryFolder();
  await addClips(join(folder, 'train'), 'chirp', 30);
  await addClips(join(folder, 'train'), 'hum', 30);
  const settings = tinyRun(folder, { validation: undefined, epochs: 1, hidden: 4 });
  const result = await train(settings);
  const [score] = (await loadModel(result.out)).scores;
  expect(score!.measuredOn).toBe('held-out speakers');
  expect(score!.perLabel).toHaveProperty('chirp');
  expect(score!.clipCount).toBeGreaterThan(2);
  expect(score!.clipCount).toBeLessThan(25);
});
