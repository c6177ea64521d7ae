import { sharedSamples } from '../../dataset/clip.ts';
import type { PlanSource } from '../../dataset/example-plan.ts';
import type { EpochDraw } from '../../dataset/epoch-draw.ts';
import { initialiseParameters } from '../../nn/initialise.ts';
import { DEFAULT_TRAINER_SETTINGS, type ComputeBackend, type Precision } from '../../nn/network.ts';
import { createRandom } from '../../random.ts';
import { BatchMaker, type TrainingBatch } from '../../training/batch-maker.ts';
import type { Compute } from '../../training/compute.ts';
import { tuningOf, type TrainTuning } from '../../training/settings.ts';
import { HEED_VERSION } from '../../version.ts';
import { figure } from './figures.ts';
import { featuresOf, freshModel, randomSounds } from './random-work.ts';
import type { Reduced, ReducedBackend } from './reduced-precision.ts';
import { contenderPart, type Contender } from './rounds.ts';
import { networkShape, type BenchShape } from './shapes.ts';
import type { Subject } from './subject.ts';

interface RunFigures {
  readonly examplesPerSecond: number;
}

export interface EndToEndFigures extends RunFigures {
  /** With products of 16 bits. */
  readonly reduced: Reduced<RunFigures>[];
}

const CLIP_COUNT = 256;
/** Random numbers take time to draw; so many sounds are used again and again. */
const SOUND_COUNT = 32;
/** An even number: batches are made in two buffers, used in turn. */
const STEPS_PER_EPOCH = 16;

/**
 * Training as `heed train` does it, from clips in memory: each clip shifted, varied and mixed with background, made into
 * features, and learnt from, the next batch being made meanwhile. Pooling, dropout and augmentation are training's own.
 */
export async function createEndToEnd(
  shape: BenchShape,
  compute: Compute,
  reduced: readonly ReducedBackend[],
): Promise<Subject<EndToEndFigures>> {
  const key = `${shape.name} end to end`;
  const keyOf = (precision: Precision): string => `${key} ${precision}`;
  const contenders = [await endToEndContender(shape, compute, compute.backend, key)];
  for (const { precision, backend } of reduced)
    contenders.push(await endToEndContender(shape, compute, backend, keyOf(precision)));
  return {
    parts: contenders.map((each) => contenderPart(each)),
    report: (samples) => {
      const figures = (own: string): RunFigures => ({ examplesPerSecond: figure(samples, own, 'per second') });
      return {
        ...figures(key),
        reduced: reduced.map(({ precision }) => ({ precision, ...figures(keyOf(precision)) })),
      };
    },
  };
}

async function endToEndContender(
  shape: BenchShape,
  compute: Compute,
  backend: ComputeBackend,
  key: string,
): Promise<Contender> {
  const tuning = trainTuning(shape);
  const features = featuresOf(shape);
  const maker = compute.createExampleMaker(planSource(CLIP_COUNT, tuning), features);
  const { normaliser } = freshModel(shape, 'gru');
  const batches = new BatchMaker(maker, normaliser, features, shape.batchSize);
  const networkOf = { ...networkShape(shape), pooling: tuning.pooling };
  const { clipNorm, dropout } = tuning;
  const trainer = backend
    .createNetwork(networkOf, initialiseParameters(networkOf, 1))
    .createTrainer({ ...DEFAULT_TRAINER_SETTINGS, clipNorm, dropout });
  const draw = drawOf(shape);
  let made: TrainingBatch = await batches.make(draw, 1, 0);
  let step = 0;
  return {
    key,
    itemsPerRun: shape.batchSize,
    run: async () => {
      step++;
      const epoch = 1 + Math.floor(step / STEPS_PER_EPOCH);
      [, made] = await Promise.all([
        trainer.step(made.batch, made.targets, tuning.learningRate),
        batches.make(draw, epoch, step % STEPS_PER_EPOCH),
      ]);
    },
  };
}

/** Random clips of a second each, with a minute of background, as a training set holds them. */
export function planSource(clipCount: number, { augment }: Pick<TrainTuning, 'augment'>): PlanSource {
  const sounds = randomSounds(SOUND_COUNT);
  const minute = new Int16Array(60 * 16_000);
  for (let second = 0; second < 60; second++) minute.set(sounds[second % sounds.length]!, second * 16_000);
  return {
    clips: Array.from({ length: clipCount }, (_, index) => ({
      // A copy each: that is the memory that real clips take.
      samples: sharedCopy(sounds[index % sounds.length]!),
      windowStart: 0,
      word: { start: 4000, firstThird: 6000, lastThird: 9000, end: 12_000 },
    })),
    anywhere: new Array<boolean>(clipCount).fill(false),
    background: { recordings: [minute] },
    augment,
    seed: 1,
  };
}

function sharedCopy(samples: Int16Array): Int16Array {
  const copy = sharedSamples(samples.length);
  copy.set(samples);
  return copy;
}

function trainTuning({ hiddenSize, layerCount, batchSize }: BenchShape): TrainTuning {
  return tuningOf({
    folders: [],
    out: '',
    hidden: hiddenSize,
    layers: layerCount,
    epochs: 1,
    batch: batchSize,
    seed: 1,
    resume: false,
    heedVersion: HEED_VERSION,
    command: 'bench',
  });
}

function drawOf({ batchSize, classCount }: BenchShape): EpochDraw {
  const random = createRandom(1, 'draw');
  const length = batchSize * STEPS_PER_EPOCH;
  return {
    clips: Int32Array.from({ length }, () => random.integer(CLIP_COUNT)),
    classes: Int32Array.from({ length }, () => random.integer(classCount)),
  };
}
