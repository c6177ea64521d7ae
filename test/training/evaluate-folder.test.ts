import { existsSync } from 'node:fs';
import { copyFile, mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readWav } from '../../src/audio/wav-read.ts';
import { writeWav } from '../../src/audio/wav-write.ts';
import { createRecipeExtractor } from '../../src/features/recipe-extractor.ts';
import { DEFAULT_FEATURE_SETTINGS } from '../../src/features/settings.ts';
import { defaultDecision, type Model } from '../../src/model/model.ts';
import { loadModel } from '../../src/model/model-file.ts';
import { createClipRecogniser } from '../../src/model/recogniser.ts';
import { initialiseParameters } from '../../src/nn/initialise.ts';
import { createReferenceCompute } from '../../src/training/compute.ts';
import type { ClassifierShape } from '../../src/nn/network.ts';
import { tensorValues } from '../../src/nn/parameters.ts';
import { disputedList } from '../../src/training/disputed-clips.ts';
import { evaluateFolder, type EvaluationResult, type EvaluationSettings } from '../../src/training/evaluate-folder.ts';
import { readLeaveOut } from '../../src/training/leave-out.ts';
import { synthesise } from '../sounds/synthesise.ts';
import { addClips, NEVER, temporaryFolder, wavOf } from './sound-folders.ts';

const compute = createReferenceCompute();

/** A model that knows nothing yet, but answers. */
function untrained(labels: readonly string[]): Model {
  const shape: ClassifierShape = {
    ...{ inputSize: 40, hiddenSize: 6, layerCount: 1, classCount: labels.length },
    ...{ cell: 'gru' as const, pooling: 'mean' as const },
  };
  return {
    ...{ shape, labels, parameters: initialiseParameters(shape, 5), features: DEFAULT_FEATURE_SETTINGS },
    normaliser: { mean: new Float32Array(40), deviation: new Float32Array(40).fill(20) },
    decision: defaultDecision(labels),
    provenance: { heedVersion: '0', madeBy: 'test', trainedOn: '', seed: 1, epochs: 0, attribution: '' },
    scores: [],
  };
}

function evaluate(folder: string, changes: Partial<EvaluationSettings> = {}): Promise<EvaluationResult> {
  const model = untrained(['chirp', 'hum', '_silence_', '_unknown_']);
  const settings = { folder, model, seed: 1, cacheFolder: join(folder, '..', 'cache'), ...changes };
  return evaluateFolder(settings, compute, () => {}, NEVER);
}

async function folderOf(counts: Record<string, number>): Promise<string> {
  const folder = join(await temporaryFolder(), 'clips');
  for (const [label, count] of Object.entries(counts)) await addClips(folder, 'chirp', count, { label });
  return folder;
}

describe('evaluating a folder', () => {
  it('answers for each clip as recognising it alone does, whatever its rate and length', async () => {
    const folder = await folderOf({ chirp: 3 });
    const samples = new Float32Array(60_000);
    samples.set(synthesise('hum', 4), 31_000);
    await mkdir(join(folder, 'hum'));
    await writeFile(
      join(folder, 'hum', 'long.wav'),
      writeWav({ samples, sampleRateHz: 22_050 }, { bitsPerSample: 24 }),
    );
    await writeFile(
      join(folder, 'hum', 'short.wav'),
      writeWav({ samples: samples.subarray(40_000, 43_000), sampleRateHz: 16_000 }, { bitsPerSample: 16 }),
    );
    const model = untrained(['chirp', 'hum', '_silence_', '_unknown_']);
    const recogniser = createClipRecogniser(model, compute.backend, createRecipeExtractor(model.features));
    const expected = model.labels.map(() => model.labels.map(() => 0));
    for (const label of ['chirp', 'hum'])
      for (const file of await readdir(join(folder, label))) {
        const { sound } = readWav(await readFile(join(folder, label, file)), file);
        const answer = (await recogniser.classifySound(sound)).label;
        expected[model.labels.indexOf(label)]![model.labels.indexOf(answer)]!++;
      }
    const fresh = await evaluate(folder, { model });
    expect(fresh.confusion.matrix).toEqual(expected);
    expect(fresh.n).toBe(5);
    expect(await evaluate(folder, { model })).toEqual(fresh); // now from the cache
  });

  it('counts words that the model lacks as unknown, at most so many, chosen by the seed', async () => {
    const folder = await folderOf({ chirp: 2, bed: 5, cat: 5, _background_noise_: 2 });
    expect((await evaluate(folder)).perLabel['_unknown_']).toMatchObject({ n: 10 });
    const some = await evaluate(folder, { maxUnknown: 4 });
    expect(some.n).toBe(6);
    expect(some.perLabel['_unknown_']).toMatchObject({ n: 4 });
    expect(await evaluate(folder, { maxUnknown: 4 })).toEqual(some);
    expect((await evaluate(folder, { maxUnknown: 0 })).n).toBe(2);
  });

  it('counts unknown words as wrong where the model has no label for them', async () => {
    const folder = await folderOf({ chirp: 1, bed: 2 });
    const result = await evaluate(folder, { model: untrained(['chirp', 'hum']) });
    expect(result.confusion.labels).toEqual(['chirp', 'hum', '_unknown_']);
    expect(result.perLabel['_unknown_']).toEqual({ n: 2, correct: 0, accuracy: 0 });
  });

  it('has rates that agree with its counts', async () => {
    const { n, accuracy, perLabel, confusion } = await evaluate(await folderOf({ chirp: 4, hum: 3, _silence_: 2 }));
    const diagonal = confusion.matrix.reduce((sum, row, i) => sum + row[i]!, 0);
    expect(n).toBe(9);
    expect(accuracy).toBe(diagonal / 9);
    expect(Object.values(perLabel).reduce((sum, label) => sum + label.correct, 0)).toBe(diagonal);
  });

  it('leaves out what cannot be read, with a reason', async () => {
    const folder = await folderOf({ chirp: 2 });
    await writeFile(join(folder, 'chirp', 'bad.wav'), wavOf('chirp', 1).subarray(0, 25));
    const { n, skipped } = await evaluate(folder);
    expect(n).toBe(2);
    expect(skipped).toMatchObject([{ file: join(folder, 'chirp', 'bad.wav') }]);
  });

  it('refuses a folder of which nothing can be used, or that is not there', async () => {
    const folder = await folderOf({ bed: 1 });
    await expect(evaluate(folder, { maxUnknown: 0 })).rejects.toMatchObject({ code: 'dataset' });
    await expect(evaluate(join(folder, 'gone'))).rejects.toMatchObject({ code: 'file-missing' });
    const torn = await folderOf({ chirp: 1 });
    await writeFile(join(torn, 'chirp', 's0_nohash_0.wav'), 'torn');
    await expect(evaluate(torn)).rejects.toThrow(/None of the 1 clips/);
  });

  it('disputes the label of a clip only where it hears another with hardly a doubt', async () => {
    const folder = await folderOf({ chirp: 2, hum: 1 });
    expect((await evaluate(folder)).disputed).toEqual([]);
    const sure = untrained(['chirp', 'hum', '_silence_', '_unknown_']);
    tensorValues(sure.parameters, 'head.bias')[1] = 20; // hears everything as hum
    const { disputed } = await evaluate(folder, { model: sure });
    expect(disputed.map(({ file, heard }) => [file, heard])).toEqual([
      ['chirp/s0_nohash_0.wav', 'hum'],
      ['chirp/s1_nohash_0.wav', 'hum'],
    ]);
    const list = join(folder, '..', 'disputed.txt');
    await writeFile(list, disputedList(disputed, 'heed evaluate'));
    const leaveOut = await readLeaveOut([list]);
    expect(leaveOut.size).toBe(2);
    expect(leaveOut.has('chirp', 's1_nohash_0.wav')).toBe(true);
  });

  it('stops when asked', async () => {
    const folder = await folderOf({ chirp: 1 });
    const model = untrained(['chirp', 'hum']);
    const stopped = evaluateFolder({ folder, model, seed: 1, cacheFolder: folder }, compute, () => {}, {
      aborted: true,
    });
    await expect(stopped).rejects.toMatchObject({ code: 'cancelled' });
  });
});

const data = process.env['HEED_DATA'];
const shipped = 'models/heed-en.onnx';
const missing = !data ? 'HEED_DATA is unset' : !existsSync(shipped) ? `there is no ${shipped}` : undefined;

it.skipIf(missing)(`knows most of a handful of real clips${missing ? ` (skipped: ${missing})` : ''}`, async () => {
  const folder = join(await temporaryFolder(), 'clips');
  for (const word of ['yes', 'no', 'left', 'stop']) {
    const source = join(data!, 'speech_commands', 'validation', word);
    await mkdir(join(folder, word), { recursive: true });
    for (const file of (await readdir(source)).sort().slice(0, 8))
      await copyFile(join(source, file), join(folder, word, file));
  }
  const { n, accuracy } = await evaluate(folder, { model: await loadModel(shipped) });
  expect(n).toBe(32);
  expect(accuracy).toBeGreaterThan(0.8);
});
