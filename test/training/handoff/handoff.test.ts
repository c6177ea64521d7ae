import { spawn, spawnSync } from 'node:child_process';
import { readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { normaliseFrames } from '../../../src/features/normaliser.ts';
import { createFrameClassifier } from '../../../src/model/frame-classifier.ts';
import { importModel } from '../../../src/model/import/import-model.ts';
import { parseRecipe } from '../../../src/model/import/recipe.ts';
import { DEFAULT_TRAINER_SETTINGS, type NetworkShape } from '../../../src/nn/network.ts';
import { SILENCE_LABEL, UNKNOWN_LABEL } from '../../../src/model/model.ts';
import { parameterSet } from '../../../src/nn/parameters.ts';
import { createReferenceBackend } from '../../../src/nn/reference-backend.ts';
import { createReferenceCompute } from '../../../src/training/compute.ts';
import { handOff, type HandoffResult, type HandoffSettings } from '../../../src/training/handoff/handoff.ts';
import { learningRateAt } from '../../../src/training/learning-rate.ts';
import { heed } from '../../cli/command-line.ts';
import { addCorpus, KINDS, NEVER, temporaryFolder, tinyRun } from '../sound-folders.ts';

// Debian's python3-torch; another Python earlier in the path need not have it.
const PYTHON = '/usr/bin/python3';
const torch = spawnSync(PYTHON, ['-c', 'import torch.distributed.run']).status === 0;
if (!torch) console.log('skipped: training under torchrun, as python3-torch is not installed');

/** recipe.json, as far as the tests need it. */
interface Recipe {
  readonly labels: string[];
  readonly network: NetworkShape;
  readonly features: { readonly windowFrames: number; readonly coefficients: number };
  readonly training: {
    readonly batch: number;
    readonly epochs: number;
    readonly learningRate: number;
    readonly clipNorm: number;
    readonly named: string[];
    readonly namingEpochs: number;
    readonly shift: number[];
    readonly normaliser: { readonly mean: number[]; readonly deviation: number[] };
  };
  readonly weights: { readonly file: string };
  readonly shards: Record<'training', Shard[][]> & Record<'validation', Shard[]>;
}
type Shard = {
  readonly features: string;
  readonly classes: string;
  readonly named?: string;
  readonly clips: number;
};

let root: string;
beforeAll(async () => {
  root = await temporaryFolder(true);
  await addCorpus(root, 8, 3);
});
afterAll(() => rm(root, { recursive: true, force: true }));

async function handOver(
  name: string,
  changes: Partial<HandoffSettings> = {},
): Promise<HandoffResult & { recipe: Recipe }> {
  const { out: _, resume: __, tuning, ...run } = tinyRun(root);
  const out = join(root, name);
  const settings = { ...run, out, hidden: 8, epochs: 10, batch: 12, copies: 2, cell: 'gru' as const, ...changes };
  const result = await handOff(
    { ...settings, tuning: { ...tuning, dropout: 0, ...changes.tuning } },
    createReferenceCompute(),
    () => {},
    NEVER,
  );
  return { ...result, recipe: JSON.parse(await readFile(join(out, 'recipe.json'), 'utf8')) as Recipe };
}

async function floats(path: string): Promise<Float32Array> {
  return new Float32Array(new Uint8Array(await readFile(path)).buffer);
}

async function classesOf(path: string): Promise<Int32Array> {
  return Int32Array.from(new BigInt64Array(new Uint8Array(await readFile(path)).buffer), Number);
}

describe('a hand-over', () => {
  it('holds the examples, what to measure on, the recipe, the weights and the program', async () => {
    const { folder, clips, shards, recipe } = await handOver('whole', { layers: 2 });
    expect(clips).toBe(3 * 8 + 3 * 3);
    expect(shards).toBe(3);
    const { training, validation } = recipe.shards;
    const files = [...training.flat(), ...validation].flatMap(({ features, classes }) => [features, classes]);
    expect((await readdir(folder)).sort()).toEqual(
      [...files, 'labels.txt', 'recipe.json', 'train.py', 'weights.f32'].sort(),
    );
    expect(recipe.labels.slice(0, 3)).toEqual([...KINDS].sort());
    const { windowFrames, coefficients } = recipe.features;
    for (const shard of [...training.flat(), ...validation]) {
      const values = await floats(join(folder, shard.features));
      expect(values.length).toBe(shard.clips * windowFrames * coefficients);
      expect(values.every(Number.isFinite)).toBe(true);
      const classes = await classesOf(join(folder, shard.classes));
      expect(classes.length).toBe(shard.clips);
      expect(classes.every((value) => value >= 0 && value < recipe.labels.length)).toBe(true);
    }
    expect(validation[0]!.clips).toBe(9);
    const [first, second] = await Promise.all(training.map((copy) => floats(join(folder, copy[0]!.features))));
    expect(first).not.toEqual(second);
  });

  it('holds the words of _unknown_ by their names too, for the part of the run that learns them so', async () => {
    const labels = ['chirp', 'pulses'];
    const { folder, recipe } = await handOver('named', { labels, tuning: { namingShare: 0.25 } });
    expect(recipe.labels).toEqual([...labels, SILENCE_LABEL, UNKNOWN_LABEL]);
    expect(recipe.training).toMatchObject({ named: ['hum'], namingEpochs: 2 });
    expect(recipe.training.shift[3]).toBeCloseTo(-Math.log(2.5), 1);
    const [shard] = recipe.shards.training[0]!;
    const [plain, named] = [
      await classesOf(join(folder, shard!.classes)),
      await classesOf(join(folder, shard!.named!)),
    ];
    expect(named).toContain(4);
    // A clip of the word, or a window that cuts a word off.
    named.forEach((value, i) => expect(plain[i]).toBe(value === 4 ? 3 : value));
    const without = await handOver('unnamed', { labels, tuning: { namingShare: 0 } });
    expect(without.recipe.training).toMatchObject({ named: [], namingEpochs: 0 });
    expect(without.recipe.shards.training[0]![0]!.named).toBeUndefined();
  });

  it('refuses a folder that is not empty, which may hold the checkpoint of another run', async () => {
    await handOver('first');
    await expect(handOver('first')).rejects.toThrow(/not empty/);
  });

  it('refuses a cell that PyTorch lacks, and leaves no folder', async () => {
    await expect(handOver('minimal', { cell: 'mgu' })).rejects.toThrow(/PyTorch has no minimal gated unit/);
    await expect(readdir(join(root, 'minimal'))).rejects.toMatchObject({ code: 'ENOENT' });
  });

  it('is written by heed handoff, which answers with one JSON value', async () => {
    const out = join(root, 'by-command');
    const options = ['--hidden', '4', '--epochs', '2', '--copies', '1', '--reset-after', '--json'];
    const { exitCode, out: lines } = await heed('handoff', join(root, 'train'), '--out', out, ...options);
    expect(exitCode).toBe(0);
    expect(JSON.parse(lines[0]!)).toMatchObject({ folder: out, shards: 2 });
    const recipe = JSON.parse(await readFile(join(out, 'recipe.json'), 'utf8')) as Recipe;
    expect(recipe.network).toMatchObject({ hiddenSize: 4, cell: 'gru-reset-after' });
    expect(await heed('handoff', join(root, 'train'))).toMatchObject({ exitCode: 2 });
  });
});

describe.skipIf(!torch)('its program under torchrun', () => {
  /** Runs train.py with gloo and gives the JSON lines it prints. `killAfter` ends it once it has told that step. */
  function torchrun(folder: string, processes: number, options: string[], killAfter?: number) {
    return new Promise<Record<string, number>[]>((resolve, reject) => {
      // PyTorch 1.13 on Python 3.11 starts no process without a choice of these two.
      const streams = ['--redirects=1', '--tee=1'];
      const words = [
        '-m',
        'torch.distributed.run',
        '--standalone',
        `--nproc_per_node=${processes}`,
        ...streams,
        'train.py',
      ];
      const child = spawn(PYTHON, [...words, '--backend=gloo', ...options], {
        cwd: folder,
        env: { ...process.env, OMP_NUM_THREADS: '1' },
      });
      let [out, errors] = ['', ''];
      child.stdout.on('data', (data: Buffer) => {
        out += data.toString();
        if (killAfter !== undefined && out.includes(`"step": ${killAfter},`)) child.kill('SIGTERM');
      });
      child.stderr.on('data', (data: Buffer) => (errors += data.toString()));
      child.on('error', reject);
      child.on('close', (code) => {
        if (code !== 0 && killAfter === undefined) reject(new Error(errors.slice(-3000)));
        else
          resolve(
            out
              .split('\n')
              .flatMap((line) =>
                /^\[default\d\]:\{/.test(line)
                  ? [JSON.parse(line.slice(line.indexOf('{'))) as Record<string, number>]
                  : [],
              ),
          );
      });
    });
  }

  interface OwnRun {
    readonly losses: readonly number[];
    /** What was measured after each epoch. */
    readonly epochs: readonly { readonly loss: number; readonly accuracy: number; readonly logits: Float32Array }[];
  }

  /** Heed's own trainer on the same batches from the same weights: the loss at each step, and what it measures. */
  async function ownRun(folder: string, recipe: Recipe, steps: number): Promise<OwnRun> {
    const values = (await floats(join(folder, recipe.weights.file))).slice();
    const { named, namingEpochs } = recipe.training;
    const classCount = recipe.labels.length + named.length;
    const shape = { ...recipe.network, classCount };
    const network = createReferenceBackend().createNetwork(shape, parameterSet(shape, 'float32', values));
    const { batch: size, epochs, learningRate, clipNorm } = recipe.training;
    const trainer = network.createTrainer({ ...DEFAULT_TRAINER_SETTINGS, clipNorm });
    const normaliser = {
      mean: Float32Array.from(recipe.training.normaliser.mean),
      deviation: Float32Array.from(recipe.training.normaliser.deviation),
    };
    const copies = await Promise.all(
      recipe.shards.training.map(async ([shard]) => ({
        features: normaliseFrames(await floats(join(folder, shard!.features)), normaliser),
        classes: await classesOf(join(folder, shard!.classes)),
        named: await classesOf(join(folder, shard!.named ?? shard!.classes)),
      })),
    );
    const [measured] = recipe.shards.validation;
    const truth = await classesOf(join(folder, measured!.classes));
    const { windowFrames: frameCount } = recipe.features;
    const validation = {
      inputs: normaliseFrames(await floats(join(folder, measured!.features)), normaliser),
      lengths: new Int32Array(truth.length).fill(frameCount),
      frameCount,
    };
    const measure = (naming: boolean): OwnRun['epochs'][number] => {
      const all = network.forward(validation);
      const logits = new Float32Array(truth.length * recipe.labels.length);
      let [loss, right] = [0, 0];
      truth.forEach((wanted, i) => {
        const row = [...all.subarray(i * classCount, (i + 1) * classCount)];
        const others = row.splice(recipe.labels.length);
        const unknown = recipe.labels.indexOf(UNKNOWN_LABEL);
        if (naming)
          row[unknown] = Math.log([row[unknown]!, ...others].reduce((sum, value) => sum + Math.exp(value), 0));
        const answers = row.map((value, label) => value + recipe.training.shift[label]!);
        logits.set(answers, i * recipe.labels.length);
        right += answers.indexOf(Math.max(...answers)) === wanted ? 1 : 0;
        loss += (Math.log(answers.reduce((sum, value) => sum + Math.exp(value), 0)) - answers[wanted]!) / truth.length;
      });
      return { loss, accuracy: right / truth.length, logits };
    };
    const measurements: OwnRun['epochs'][number][] = [];
    const perEpoch = Math.ceil(copies[0]!.classes.length / size);
    const length = recipe.features.windowFrames * recipe.features.coefficients;
    const losses: number[] = [];
    for (let step = 0; step < steps; step++) {
      const epoch = Math.floor(step / perEpoch);
      const naming = epoch < namingEpochs;
      const { features, classes: plain, named: byName } = copies[epoch % copies.length]!;
      const classes = naming ? byName : plain;
      const start = (step % perEpoch) * size;
      const chosen = classes.slice(start, start + size);
      const batch = {
        inputs: features.slice(start * length, (start + chosen.length) * length),
        lengths: new Int32Array(chosen.length).fill(recipe.features.windowFrames),
        frameCount: recipe.features.windowFrames,
      };
      const rate = learningRateAt(step, perEpoch * epochs, learningRate);
      losses.push((await trainer.step(batch, { loss: 'cross-entropy', classes: chosen }, rate)).loss);
      if ((step + 1) % perEpoch === 0) measurements.push(measure(naming));
    }
    return { losses, epochs: measurements };
  }

  it.each([
    { cell: 'gru', killed: true, layers: 1, labels: ['chirp', 'pulses'] },
    { cell: 'gru-reset-after', killed: false, layers: 2, labels: undefined },
    { cell: 'lstm', killed: false, layers: 2, labels: undefined },
    { cell: 'rnn', killed: false, layers: 1, labels: undefined },
  ] as const)(
    'has the losses of Heed’s own trainer over 20 steps on two processes, and its ONNX comes back: $cell, killed and resumed: $killed',
    async ({ killed, labels, ...network }) => {
      const { cell } = network;
      const { folder, recipe } = await handOver(`torch-${cell}`, {
        ...network,
        ...(labels && { labels: [...labels] }),
        tuning: { namingShare: 0.1 },
      });
      const own = await ownRun(folder, recipe, 20);
      expect(recipe.training.namingEpochs).toBe(labels ? 1 : 0);
      expect(own.epochs.length).toBeGreaterThan(recipe.training.namingEpochs);
      const lines: Record<string, number>[] = [];
      if (killed) {
        lines.push(...(await torchrun(folder, 2, ['--steps', '20', '--checkpoint-every', '3'], 8)));
        expect(lines.some((line) => line['step'] === 20)).toBe(false);
      }
      const last = await torchrun(folder, 2, ['--steps', '20', '--checkpoint-every', '3']);
      expect((last[0]!['resumed'] ?? 0) >= 3).toBe(killed);
      const told = [...lines, ...last].filter((line) => line['step'] !== undefined);
      expect(new Set(told.map((line) => line['step'])).size).toBe(20);
      for (const line of told) expect(Math.abs(line['loss']! - own.losses[line['step']! - 1]!)).toBeLessThan(1e-4);
      for (const line of [...lines, ...last].filter(({ epoch }) => epoch !== undefined)) {
        const measured = own.epochs[line['epoch']! - 1]!;
        expect(line['accuracy']).toBeCloseTo(measured.accuracy, 6);
        expect(Math.abs(line['validationLoss']! - measured.loss)).toBeLessThan(1e-4);
      }

      const bytes = new Uint8Array(await readFile(join(folder, 'trained.onnx')));
      const settings = parseRecipe(await readFile(join(folder, 'recipe.json'), 'utf8'), 'recipe.json');
      const model = importModel(bytes, 'trained.onnx', { ...settings, heedVersion: '0', command: 'a test' });
      expect(model.labels).toEqual(recipe.labels);
      expect(recipe.network).toMatchObject(model.shape);
      const clip = (await floats(join(folder, recipe.shards.validation[0]!.features))).slice(
        0,
        recipe.features.windowFrames * recipe.features.coefficients,
      );
      const ours = createFrameClassifier(model, createReferenceBackend()).logitsOfFrames(clip);
      const { InferenceSession, Tensor } = await import('onnxruntime-node');
      const session = await InferenceSession.create(bytes, { logSeverityLevel: 3 });
      const dims = [1, recipe.features.windowFrames, recipe.features.coefficients];
      const { logits } = await session.run({ features: new Tensor('float32', clip, dims) });
      await session.release();
      ours.forEach((value, i) => expect(Math.abs(value - (logits!.data as Float32Array)[i]!)).toBeLessThan(1e-5));
      // What comes back is the best epoch that no longer told words by their names.
      const best = own.epochs
        .slice(recipe.training.namingEpochs)
        .reduce((a, b) => (b.accuracy > a.accuracy || (b.accuracy === a.accuracy && b.loss < a.loss) ? b : a));
      ours.forEach((value, i) => expect(Math.abs(value - best.logits[i]!)).toBeLessThan(1e-3));
    },
    240_000,
  );
});
