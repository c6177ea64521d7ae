import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { writeWav } from '../../../src/audio/wav-write.ts';
import { loadModel, saveModel } from '../../../src/model/model-file.ts';
import { SILENCE_LABEL, UNKNOWN_LABEL, type Model } from '../../../src/model/model.ts';
import { createClipRecogniser } from '../../../src/model/recogniser.ts';
import { createRandom } from '../../../src/random.ts';
import { createReferenceCompute } from '../../../src/training/compute.ts';
import { finetuneModel } from '../../../src/training/finetune/finetune-run.ts';
import type { FinetuneResult } from '../../../src/training/finetune/settings.ts';
import type { TrainEpoch } from '../../../src/training/progress.ts';
import { trainModel } from '../../../src/training/train-run.ts';
import { synthesise } from '../../sounds/synthesise.ts';
import { addCorpus, NEVER, temporaryFolder, tinyRun } from '../sound-folders.ts';

const compute = createReferenceCompute();
const quiet = { onEpoch: () => {}, onProgress: () => {} };

/** A word that no model here was trained on: a chirp that falls. */
const fallingChirp = (seed: number): Float32Array => synthesise('chirp', seed).reverse();
/** A sound that is no word: a steady whistle. */
function whistle(seed: number): Float32Array {
  const random = createRandom(seed, 'whistle');
  const pitchHz = random.between(700, 800);
  const amplitude = random.between(0.2, 0.5);
  return Float32Array.from({ length: 16_000 }, (_, i) => {
    const within = i > 3000 && i < 12_000 ? amplitude * Math.sin((2 * Math.PI * pitchHz * i) / 16_000) : 0;
    return within + 0.002 * random.normal();
  });
}

let root: string;
let from: string;
let old: Model;
beforeAll(async () => {
  root = await temporaryFolder(true);
  await addCorpus(root, 12, 8);
  const run = tinyRun(root, { epochs: 10, batch: 8, labels: ['chirp', 'hum'] });
  await trainModel(run, quiet, NEVER, compute);
  from = run.out;
  old = await loadModel(from);
}, 120_000);
afterAll(() => rm(root, { recursive: true, force: true }));

/** Writes takes into `<root>/<name>/<label>/`; returns the folder. */
async function folderOf(name: string, takes: Record<string, readonly Float32Array[]>): Promise<string> {
  const folder = join(root, name);
  for (const [label, sounds] of Object.entries(takes)) {
    await mkdir(join(folder, label), { recursive: true });
    for (const [i, samples] of sounds.entries())
      await writeFile(
        join(folder, label, `${i}.wav`),
        writeWav({ samples, sampleRateHz: 16_000 }, { bitsPerSample: 16 }),
      );
  }
  return folder;
}

async function finetune(folder: string, out: string, epochs: TrainEpoch[] = []): Promise<FinetuneResult> {
  return finetuneModel(
    {
      folder,
      from,
      out,
      seed: 1,
      heedVersion: '0.0.0',
      command: `heed finetune ${folder} --from ${from} --out ${out}`,
    },
    old,
    { ...quiet, onEpoch: (epoch) => void epochs.push(epoch) },
    NEVER,
    compute,
  );
}

/** What a model takes sounds for. */
async function heard(model: Model, sounds: readonly Float32Array[]): Promise<string[]> {
  const recogniser = createClipRecogniser(model, compute.backend, compute.createExtractor(model.features));
  const answers = await Promise.all(
    sounds.map((samples) => recogniser.classifySound({ samples, sampleRateHz: 16_000 })),
  );
  return answers.map(({ label }) => label);
}

const range = (count: number, first: number): number[] => Array.from({ length: count }, (_, i) => first + i);
const share = (labels: readonly string[], label: string): number =>
  labels.filter((each) => each === label).length / labels.length;

describe('a new word from five takes', () => {
  const epochs: TrainEpoch[] = [];
  let result: FinetuneResult;
  let model: Model;
  beforeAll(async () => {
    const folder = await folderOf('new-word', { falling: range(5, 1).map(fallingChirp) });
    result = await finetune(folder, join(root, 'new-word.onnx'), epochs);
    model = await loadModel(result.out);
  }, 60_000);

  it('is known, and what the model knew before keeps its place', () => {
    expect(result).toMatchObject({ newLabels: ['falling'], improved: true, stopped: false, accuracyBefore: 0 });
    expect(model.labels).toEqual([...old.labels, 'falling']);
    expect(model.labels).toContain(SILENCE_LABEL);
    expect(model.decision.thresholds.slice(0, old.labels.length)).toEqual(old.decision.thresholds);
    expect(model.decision.thresholds.at(-1)).toBeGreaterThanOrEqual(0.5);
    expect(model.decision.thresholds.at(-1)).toBeLessThanOrEqual(0.95);
  });

  it('is heard in other takes', async () => {
    expect(share(await heard(model, range(10, 100).map(fallingChirp)), 'falling')).toBeGreaterThanOrEqual(0.9);
  });

  it('takes nothing from the words known before', async () => {
    const right = async (model: Model): Promise<number> => {
      const shares = (['chirp', 'hum'] as const).map(async (kind) =>
        share(
          await heard(
            model,
            range(10, 500).map((seed) => synthesise(kind, seed)),
          ),
          kind,
        ),
      );
      return (await Promise.all(shares)).reduce((sum, each) => sum + each / shares.length, 0);
    };
    const before = await right(old);
    expect(before).toBeGreaterThanOrEqual(0.9);
    expect(await right(model)).toBeGreaterThanOrEqual(before - 0.1);
  });

  it('reports its epochs as training does, and changes the recurrent layers too', () => {
    expect(epochs.map(({ epoch }) => epoch)).toEqual(range(result.epochs, 1));
    expect(epochs.at(-1)!.epochs).toBe(result.epochs);
    expect(result.epochs).toBeGreaterThan(1);
    expect(epochs.some(({ best }) => best)).toBe(true);
  });

  it('says in the file how it came to be, and names no folder of the user', async () => {
    expect(model.provenance.trainedOn).toContain('falling 5');
    expect(model.scores[0]).toMatchObject({ measuredOn: 'held-out takes', clipCount: 1 });
    expect(await readFile(result.out, 'latin1')).not.toContain(root);
  });

  it('is remembered, so that another word can be added after it', () => {
    expect(model.states!.groups.at(-1)).toMatchObject({ name: 'falling', label: 'falling' });
  });

  it('comes out the same, byte for byte, with the same seed', async () => {
    await mkdir(join(root, 'again'));
    const again = await finetune(join(root, 'new-word'), join(root, 'again', 'new-word.onnx'));
    expect(await readFile(again.out)).toEqual(await readFile(result.out));
  });
});

describe('five negatives', () => {
  it('end at least 80 % of the repeats of a false alarm, and the word is still heard', async () => {
    const words = ['chirp', 'hum'];
    const whistles = range(60, 300).map(whistle);
    const before = await heard(old, whistles);
    const alarms = whistles.filter((_, i) => words.includes(before[i]!));
    const [reported, repeats] = [alarms.slice(0, 5), alarms.slice(5)];
    expect(repeats.length).toBeGreaterThanOrEqual(5);
    const folder = await folderOf('negatives', { [UNKNOWN_LABEL]: reported });
    const { out, improved, newLabels } = await finetune(folder, join(root, 'negatives.onnx'));
    expect({ improved, newLabels }).toEqual({ improved: true, newLabels: [] });
    const model = await loadModel(out);
    const after = (await heard(model, repeats)).filter((label) => words.includes(label));
    expect(after.length).toBeLessThanOrEqual(0.2 * repeats.length);
    for (const kind of ['chirp', 'hum'] as const) {
      const sounds = range(10, 500).map((seed) => synthesise(kind, seed));
      expect(share(await heard(model, sounds), kind)).toBeGreaterThanOrEqual(0.8);
    }
  }, 60_000);
});

describe('takes that teach nothing', () => {
  it('leave the old model in the file', async () => {
    // What the model hears rightly already, and noise by a word's name: held out, the noise cannot be told from itself.
    const folder = await folderOf('known', { chirp: range(5, 900).map((seed) => synthesise('chirp', seed)) });
    const validation = await folderOf('hums', { chirp: range(5, 900).map((seed) => synthesise('hum', seed)) });
    const out = join(root, 'known.onnx');
    const result = await finetuneModel(
      { folder, validation, from, out, seed: 1, heedVersion: '0.0.0', command: 'test' },
      old,
      quiet,
      NEVER,
      compute,
    );
    expect(result).toMatchObject({ improved: false, newLabels: [], bestEpoch: 0 });
    expect(result.validationAccuracy).toBe(result.accuracyBefore);
    await saveModel(join(root, 'saved.onnx'), old);
    expect(await readFile(out)).toEqual(await readFile(join(root, 'saved.onnx')));
  }, 60_000);

  it('are refused where there are none, and nothing is written', async () => {
    const folder = join(root, 'empty');
    await mkdir(folder, { recursive: true });
    await expect(finetune(folder, join(root, 'none.onnx'))).rejects.toMatchObject({ code: 'dataset' });
    await expect(readFile(join(root, 'none.onnx'))).rejects.toMatchObject({ code: 'ENOENT' });
  });
});
