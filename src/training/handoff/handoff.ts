import { mkdir, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { unwritable, writeAtomically } from '../../atomic-write.ts';
import type { CancelSignal } from '../../cancel.ts';
import { drawEpoch } from '../../dataset/epoch-draw.ts';
import type { ExampleMaker } from '../../dataset/example-maker.ts';
import { HeedError } from '../../errors.ts';
import type { FrameExtractor } from '../../features/frame-extractor.ts';
import { featureHash, type FeatureSettings } from '../../features/settings.ts';
import type { CellName } from '../../nn/cells/cell.ts';
import { initialiseParameters } from '../../nn/initialise.ts';
import type { NetworkShape } from '../../nn/network.ts';
import type { Compute } from '../compute.ts';
import { defaultCacheFolder, openFeatureCache } from '../feature-cache.ts';
import { say, StageProgress, type ProgressListener } from '../progress.ts';
import { readAll, readFeatures } from '../read-clips.ts';
import { tuningOf, type TrainRunSettings } from '../settings.ts';
import { createMaker } from '../create-maker.ts';
import { batchSizeFor, measureNormaliser } from '../train-run.ts';
import { loadTrainingSet, type TrainingSet } from '../training-set.ts';

export interface HandoffSettings extends Omit<TrainRunSettings, 'out' | 'resume' | 'cell'> {
  /** A new or empty folder. */
  readonly out: string;
  /** So many differently varied epochs are written; the run goes through them in turn. */
  readonly copies: number;
  readonly cell: CellName;
}

/** What was written; the same fields as the engine's call `handoff` answers. */
export interface HandoffResult {
  readonly folder: string;
  /** Recordings that the examples were made from, and those to measure on. */
  readonly clips: number;
  readonly shards: number;
}

/** A file of features, `[clips, windowFrames, coefficients]` float32, and files of classes, `[clips]` int64, little-endian. */
interface Shard {
  readonly features: string;
  /** The label of each clip. */
  readonly classes: string;
  /** The same with the words of `_unknown_` by their names, where the run begins with those. */
  readonly named?: string;
  readonly clips: number;
}

const SHARD_EXAMPLES = 4096;
const SLICE = 64;

/**
 * Writes a folder that holds all a training run elsewhere needs: the examples as Heed's own trainer would see them (drawn
 * evenly, varied, as features), what to measure on, the recipe, the weights to start from, and a PyTorch program that
 * trains on them under torchrun.
 * @throws {HeedError} usage for a cell that PyTorch lacks; file-unwritable (a folder that is not empty among it); what loading the clips says; cancelled
 */
export async function handOff(
  settings: HandoffSettings,
  compute: Compute,
  onProgress: ProgressListener,
  signal: CancelSignal,
): Promise<HandoffResult> {
  const { cell } = settings;
  if (cell === 'mgu')
    throw new HeedError(
      'usage',
      'PyTorch has no minimal gated unit, so a training of it cannot be handed over: train it here, with heed train --cell mgu, or hand over another cell.',
    );
  await prepareFolder(settings.out);
  const run: TrainRunSettings = { ...settings, resume: false };
  const tuning = tuningOf(run);
  const { features } = tuning;
  const extractor = compute.createExtractor(features);
  const set = await loadTrainingSet(run, features, onProgress, signal);
  const maker = createMaker(set, tuning.augment, run.seed, features, compute);
  const normaliser = await measureNormaliser(set, maker, extractor, settings.seed, signal);

  const { classes } = set;
  const namingEpochs = classes.named.length > 0 ? Math.floor(tuning.namingShare * settings.epochs) : 0;
  const training: Shard[][] = [];
  for (let copy = 0; copy < settings.copies; copy++)
    training.push(await writeCopy(settings, set, maker, features, copy, namingEpochs > 0, onProgress, signal));
  const validation = await writeValidation(settings, set, extractor, onProgress, signal);

  const shape: NetworkShape = {
    inputSize: features.coefficients,
    hiddenSize: settings.hidden,
    layerCount: settings.layers,
    classCount: set.plan.labels.length,
    cell,
    pooling: tuning.pooling,
  };
  const parameters = initialiseParameters({ ...shape, classCount: classes.classCount }, settings.seed);
  await writeAtomically(join(settings.out, 'weights.f32'), littleEndian(parameters.values as Float32Array));
  const recipe = {
    format: 1,
    labels: set.plan.labels,
    features,
    featureHash: featureHash(features),
    network: shape,
    training: {
      epochs: settings.epochs,
      batch: batchSizeFor(run, set),
      learningRate: tuning.learningRate,
      clipNorm: tuning.clipNorm,
      dropout: tuning.dropout,
      seed: settings.seed,
      // Classes behind the labels, and what the logits of the labels are raised by in the end; see ClassPlan.
      named: classes.named,
      namingEpochs,
      shift: classes.shift,
      // Not beside the features, where an import would take it: the network that comes back has it in its graph.
      normaliser: { mean: [...normaliser.mean], deviation: [...normaliser.deviation] },
    },
    weights: { file: 'weights.f32', tensors: parameters.tensors },
    shards: { training, validation },
  };
  await writeAtomically(join(settings.out, 'labels.txt'), `${set.plan.labels.join('\n')}\n`);
  await writeAtomically(join(settings.out, 'train.py'), await readFile(new URL('train.py', import.meta.url)));
  // Last: a folder with a recipe is whole.
  await writeAtomically(join(settings.out, 'recipe.json'), `${JSON.stringify(recipe, null, 1)}\n`);
  return {
    folder: settings.out,
    clips: set.files.length + validation.reduce((sum, { clips }) => sum + clips, 0),
    shards: training.flat().length + validation.length,
  };
}

/** A folder of its own: a checkpoint of another run must not be taken for one of this. */
async function prepareFolder(folder: string): Promise<void> {
  let names: string[];
  try {
    await mkdir(folder, { recursive: true });
    names = await readdir(folder);
  } catch (error) {
    throw unwritable(folder, error);
  }
  if (names.length > 0)
    throw new HeedError('file-unwritable', `${folder} is not empty; name a new folder, or empty this one.`);
}

/** One epoch of examples as the trainer would see it, not normalised. */
async function writeCopy(
  { out, seed }: HandoffSettings,
  set: TrainingSet,
  maker: ExampleMaker,
  features: FeatureSettings,
  copy: number,
  naming: boolean,
  onProgress: ProgressListener,
  signal: CancelSignal,
): Promise<Shard[]> {
  const draw = drawEpoch(set.draws, seed, copy + 1);
  const byName = naming ? set.classes.byName(draw).classes : undefined;
  const length = features.windowFrames * features.coefficients;
  const stage = new StageProgress('train', `Making examples, copy ${copy + 1}`, draw.clips.length, onProgress);
  const shards: Shard[] = [];
  for (let start = 0; start < draw.clips.length; start += SHARD_EXAMPLES) {
    const count = Math.min(SHARD_EXAMPLES, draw.clips.length - start);
    const values = new Float32Array(count * length);
    for (let at = 0; at < count; at += SLICE) {
      if (signal.aborted) throw new HeedError('cancelled', 'The hand-over was stopped; its folder is not complete.');
      const size = Math.min(SLICE, count - at);
      const entries = draw.clips.subarray(start + at, start + at + size);
      await maker.make(entries, copy + 1, start + at, values.subarray(at * length, (at + size) * length));
      stage.report(start + at + size);
    }
    const name = `training-${copy + 1}-${String(shards.length).padStart(4, '0')}`;
    const part = (classes: Int32Array): number[] => [...classes.subarray(start, start + count)];
    shards.push(await writeShard(out, name, values, part(draw.classes), byName && part(byName)));
  }
  return shards;
}

/** The clips to measure on, unchanged. */
async function writeValidation(
  settings: HandoffSettings,
  set: TrainingSet,
  extractor: FrameExtractor,
  onProgress: ProgressListener,
  signal: CancelSignal,
): Promise<Shard[]> {
  const warn = (message: string): void => say('train', message, onProgress);
  const cache = await openFeatureCache(settings.cacheFolder ?? defaultCacheFolder(), extractor.settings, warn);
  const shards: Shard[] = [];
  try {
    for (let start = 0; start < set.validationFiles.length; start += SHARD_EXAMPLES) {
      const { read, skipped } = await readAll(
        set.validationFiles.slice(start, start + SHARD_EXAMPLES),
        signal,
        () => {},
        (file) => readFeatures(file.path, `${file.word}/${file.fileName}`, extractor, cache),
      );
      for (const { reason } of skipped) warn(`Left out: ${reason}`);
      if (read.length === 0) continue;
      const values = new Float32Array(read.length * read[0]!.value.values.length);
      read.forEach(({ value }, i) => values.set(value.values, i * value.values.length));
      const classes = read.map(({ item }) => set.plan.labels.indexOf(set.plan.labelOf(item.word)));
      shards.push(
        await writeShard(settings.out, `validation-${String(shards.length).padStart(4, '0')}`, values, classes),
      );
    }
  } finally {
    await cache.close();
  }
  return shards;
}

async function writeShard(
  folder: string,
  name: string,
  values: Float32Array,
  classes: readonly number[],
  named?: readonly number[],
): Promise<Shard> {
  const shard = { features: `${name}.f32`, classes: `${name}.i64`, clips: classes.length };
  await writeAtomically(join(folder, shard.features), littleEndian(values));
  await writeAtomically(join(folder, shard.classes), wholeNumbers(classes));
  if (!named) return shard;
  await writeAtomically(join(folder, `${name}-named.i64`), wholeNumbers(named));
  return { ...shard, named: `${name}-named.i64` };
}

/** int64, little-endian. */
function wholeNumbers(values: readonly number[]): Uint8Array {
  const bytes = new DataView(new ArrayBuffer(8 * values.length));
  values.forEach((value, i) => bytes.setBigInt64(8 * i, BigInt(value), true));
  return new Uint8Array(bytes.buffer);
}

/** The bytes of the numbers as every machine that trains has them. */
function littleEndian(values: Float32Array): Uint8Array {
  const bytes = new DataView(new ArrayBuffer(4 * values.length));
  values.forEach((value, i) => bytes.setFloat32(4 * i, value, true));
  return new Uint8Array(bytes.buffer);
}
