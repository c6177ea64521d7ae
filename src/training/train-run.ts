import { rm } from 'node:fs/promises';
import type { CancelSignal } from '../cancel.ts';
import { drawEpoch } from '../dataset/epoch-draw.ts';
import type { ExampleMaker } from '../dataset/example-maker.ts';
import { HeedError } from '../errors.ts';
import type { FrameExtractor } from '../features/frame-extractor.ts';
import { computeNormaliser } from '../features/normaliser.ts';
import { featureHash } from '../features/settings.ts';
import type { Normaliser } from '../model/model.ts';
import { cellOf } from '../nn/cells/cell.ts';
import { initialiseParameters } from '../nn/initialise.ts';
import { DEFAULT_TRAINER_SETTINGS, type ClassifierShape } from '../nn/network.ts';
import { parameterSet } from '../nn/parameters.ts';
import { averageWeights, checkAveraging } from './average-weights.ts';
import { BatchMaker } from './batch-maker.ts';
import type { Compute } from './compute.ts';
import { BestModel } from './best-model.ts';
import { checkWritable } from './check-writable.ts';
import { checkpointPath, loadCheckpoint } from './checkpoint.ts';
import { createMaker } from './create-maker.ts';
import { defaultCacheFolder, openFeatureCache } from './feature-cache.ts';
import { fingerprintOf } from './run-fingerprint.ts';
import { say } from './progress.ts';
import { tuningOf, type TrainRunResult, type TrainRunSettings } from './settings.ts';
import { TrainingLoop, type TrainListeners } from './training-loop.ts';
import { keptStatistics } from './kept-statistics.ts';
import { createConstrainedTrainer } from './compress/constrained-trainer.ts';
import { FactoredWeights } from './compress/factored-weights.ts';
import { isConstrained } from './compress/projection.ts';
import { loadStartModel, startParameters, type StartModel } from './start-from-model.ts';
import { Teacher } from './teacher.ts';
import { Teachers } from './teachers.ts';
import { loadTrainingSet, type TrainingSet } from './training-set.ts';
import { loadValidationSet, validate, type ValidationSet } from './validation.ts';

/** So many examples are enough for the mean and deviation of a coefficient. */
const NORMALISER_EXAMPLES = 2000;
/** Made at a time, between two looks at the signal. */
const NORMALISER_SLICE = 64;
/** Where clips are few, batches shrink until an epoch has so many updates, but never below so many examples. */
const STEPS_PER_EPOCH = 8;
const SMALLEST_BATCH = 4;
/** Zeros are all there after this part of a run; in the rest the other weights make up for them. */
const CONSTRAINT_RAMP = 2;

/**
 * Trains a model from scratch, or from the weights of another, or goes on where the same run was interrupted, and leaves its best weights in
 * `settings.out`. The same settings, clips and backend give the same file, byte for byte.
 *
 * @param signal  asked between steps; when it comes the best weights so far (or the present ones) are in the file, and
 *   a checkpoint lies beside it from which `resume` goes on
 * @throws {HeedError} file-missing, file-unreadable, dataset (nothing to learn from); file-unwritable; checkpoint (of
 *   another run); training-diverged; cancelled (before training began)
 */
export async function trainModel(
  settings: TrainRunSettings,
  listeners: TrainListeners,
  signal: CancelSignal,
  compute: Compute,
): Promise<TrainRunResult> {
  await checkWritable(settings.out);
  const start = settings.from === undefined ? undefined : await loadStartModel(settings.from);
  if (start) checkCell(settings, start);
  if (settings.averageShare !== undefined && settings.averageWith === undefined)
    throw new HeedError(
      'usage',
      'A share of an average (--average-share) needs a model to average with (--average-with).',
    );
  const relative = settings.averageWith === undefined ? undefined : await loadStartModel(settings.averageWith);
  const teachers = await Promise.all((settings.teachers ?? []).map(loadStartModel));
  const features = start?.model.features ?? tuningOf(settings).features;
  const extractor = compute.createExtractor(features);
  const cache = await openFeatureCache(settings.cacheFolder ?? defaultCacheFolder(), features, (message) =>
    say('train', message, listeners.onProgress),
  );
  try {
    const set = await loadTrainingSet(settings, features, listeners.onProgress, signal);
    const { seed } = settings;
    const maker = createMaker(set, tuningOf(settings).augment, seed, features, compute);
    // With a teacher's normaliser, if it has the same features, both can be given the same batches.
    const alike = teachers.find(({ model }) => featureHash(model.features) === featureHash(features))?.model;
    const known = start?.model ?? alike;
    const normaliser = known?.normaliser ?? (await measureNormaliser(set, maker, extractor, seed, signal));
    const validation = await loadValidationSet(set, seed, extractor, normaliser, cache, listeners.onProgress, signal);
    return await train(
      { settings, start, relative, teachers, set, validation, maker, normaliser, extractor },
      listeners,
      signal,
      compute,
    );
  } finally {
    await cache.close();
  }
}

/** What a run has read and measured when its training begins. */
interface Prepared {
  readonly settings: TrainRunSettings;
  readonly start: StartModel | undefined;
  /** Whose weights the best ones are averaged with. */
  readonly relative: StartModel | undefined;
  readonly teachers: readonly StartModel[];
  readonly set: TrainingSet;
  readonly validation: ValidationSet;
  readonly maker: ExampleMaker;
  readonly normaliser: Normaliser;
  readonly extractor: FrameExtractor;
}

async function train(
  { settings, start, relative, teachers, set, validation, maker, normaliser, extractor }: Prepared,
  listeners: TrainListeners,
  signal: CancelSignal,
  compute: Compute,
): Promise<TrainRunResult> {
  const { backend } = compute;
  const { precision = 'float32' } = settings;
  const features = extractor.settings;
  const tuning = tuningOf(settings);
  const { classCount } = set.classes;
  const shape: ClassifierShape = start
    ? { ...start.model.shape, classCount }
    : {
        ...{ inputSize: features.coefficients, hiddenSize: settings.hidden, layerCount: settings.layers, classCount },
        ...{ cell: settings.cell ?? ('gru' as const), pooling: tuning.pooling },
      };
  if (relative) checkAveraging(relative, settings.averageWith!, { shape, features, normaliser, tuning });
  const path = checkpointPath(settings.out);
  const fingerprint = fingerprintOf(
    settings,
    tuning,
    shape,
    set,
    validation,
    featureHash(features),
    backend.name,
    start,
    teachers,
  );
  const checkpoint = settings.resume ? await loadCheckpoint(path, fingerprint) : undefined;
  if (settings.resume && !checkpoint)
    say('train', 'There is no checkpoint to go on from, so training starts from the beginning.', listeners.onProgress);

  const initial = start ? startParameters(start.model, set.classes) : initialiseParameters(shape, settings.seed);
  const { factorShare } = tuning;
  const factored = factorShare < 1 ? new FactoredWeights(shape, initial.values, factorShare) : undefined;
  const weights = checkpoint?.parameters ?? factored?.initial ?? initial.values;
  const parameters = parameterSet(shape, 'float32', factored?.expand(weights) ?? weights);
  const network = compute.backendIn(precision).createNetwork(shape, parameters);
  // Measured as it will be used, on the same parameters.
  const measured = precision === 'float32' ? network : backend.createNetwork(shape, parameters);
  const { clipNorm, dropout } = tuning;
  const { seed } = settings;
  const batchSize = batchSizeFor(settings, set);
  const { temperature, teacherShare: share } = tuning;
  const [teacher, ...others] = teachers.map(
    ({ model }) =>
      new Teacher(
        ...([model, { temperature, share }, set.classes, { features, normaliser }, batchSize] as const),
        compute.backendIn(precision),
        (other) => createMaker(set, tuning.augment, seed, other, compute),
      ),
  );
  const teaching = teacher && new Teachers([teacher, ...others]);
  const batches = new BatchMaker(maker, normaliser, features, batchSize, teaching);
  // Factors have their rank from the first update on.
  const constrainedFrom = isConstrained(tuning) && !factored ? Math.floor(settings.epochs / CONSTRAINT_RAMP) : 0;
  const rampSteps = constrainedFrom * batches.stepCount(drawEpoch(set.draws, seed, 1));
  const trainer = createConstrainedTrainer(
    network,
    { constraints: tuning, factored, weights, rampSteps },
    { ...DEFAULT_TRAINER_SETTINGS, clipNorm, dropout, seed },
    checkpoint?.optimiser,
  );
  const model = new BestModel(settings, set, shape, features, normaliser, factored);
  const loop = new TrainingLoop(
    {
      ...{ settings, tuning, set, validation, extractor, network, measured, trainer, batches, model, fingerprint },
      ...{ checkpointPath: path, listeners, signal, constrainedFrom },
    },
    checkpoint,
  );
  const end = await loop.run();
  let { best } = end;
  if (best && !end.stopped) {
    if (relative) {
      const other = startParameters(relative.model, set.classes).values as Float32Array;
      const average = averageWeights(best.parameters, other, settings.averageShare ?? 0.5);
      const averaged = backend.createNetwork(shape, parameterSet(shape, 'float32', average));
      const score = await validate(averaged, set.classes, false, validation, extractor, signal);
      best = { ...best, parameters: average, score: score ?? null };
    }
    const parameters = factored?.expand(best.parameters) ?? best.parameters;
    const trained = { settings, set, shape, parameters, features, normaliser, maker };
    await model.save(best, await keptStatistics(trained, compute, listeners.onProgress));
  }
  const bytes = await model.bytes();
  if (!end.stopped) await rm(path, { force: true });
  return {
    out: settings.out,
    labels: [...set.plan.labels],
    epochs: end.finishedEpochs,
    bestEpoch: best?.epoch ?? 0,
    validationAccuracy: best?.score?.accuracy ?? null,
    stopped: end.stopped,
    bytes,
    skipped: [...set.skipped, ...validation.skipped],
  };
}

/** @throws {HeedError} usage where another cell was asked for than the model has whose weights are to be trained further */
function checkCell({ cell, from }: TrainRunSettings, { model }: StartModel): void {
  if (cell !== undefined && cell !== model.shape.cell)
    throw new HeedError(
      'usage',
      `${from} is made of ${cellOf(model.shape).title} cells, and its weights fit no ${cell}; leave out the cell, or train from scratch.`,
    );
}

/** The batch size asked for, or less where there are few clips: one or two updates an epoch would teach nothing. */
export function batchSizeFor({ batch }: TrainRunSettings, set: TrainingSet): number {
  const examples = set.draws.reduce((sum, { count }) => sum + count, 0);
  return Math.min(batch, Math.max(SMALLEST_BATCH, Math.ceil(examples / STEPS_PER_EPOCH)));
}

/** Mean and deviation of the features over examples such as the network will see, drawn as epoch 0. */
export async function measureNormaliser(
  set: TrainingSet,
  maker: ExampleMaker,
  { settings }: FrameExtractor,
  seed: number,
  signal: CancelSignal,
): Promise<Normaliser> {
  const draw = drawEpoch(set.draws, seed, 0);
  const clips = draw.clips.subarray(0, NORMALISER_EXAMPLES);
  const length = settings.windowFrames * settings.coefficients;
  const features = new Float32Array(clips.length * length);
  for (let start = 0; start < clips.length; start += NORMALISER_SLICE) {
    if (signal.aborted) throw new HeedError('cancelled', 'Training was stopped before it began.');
    const slice = clips.subarray(start, start + NORMALISER_SLICE);
    await maker.make(slice, 0, start, features.subarray(start * length, (start + slice.length) * length));
  }
  return computeNormaliser([features], settings.coefficients);
}
