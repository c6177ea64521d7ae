import { createHash } from 'node:crypto';
import type { CancelSignal } from '../cancel.ts';
import { planSilence } from '../dataset/example-plan.ts';
import { renderExample } from '../dataset/render-example.ts';
import { HeedError } from '../errors.ts';
import { clipFrames } from '../features/clip-features.ts';
import type { FrameExtractor } from '../features/frame-extractor.ts';
import { normaliseFrames } from '../features/normaliser.ts';
import { windowLength } from '../features/settings.ts';
import { SILENCE_LABEL, type Normaliser } from '../model/model.ts';
import type { Network } from '../nn/network.ts';
import { createRandom } from '../random.ts';
import { BatchBuffer } from './batch.ts';
import type { ClassPlan } from './class-plan.ts';
import type { FeatureCache } from './feature-cache.ts';
import { Confusion, crossEntropy, largestClass } from './metrics.ts';
import { say, StageProgress, type ProgressListener, type SkippedFile } from './progress.ts';
import { readAll, readFeatures } from './read-clips.ts';
import type { TrainingSet } from './training-set.ts';

const BATCH_SIZE = 64;

/** Clips to measure on, as normalised features in memory. */
export interface ValidationSet {
  /** `[clips]` of `[windowFrames, coefficients]` */
  readonly features: readonly Float32Array[];
  /** `[clips]` */
  readonly classes: readonly number[];
  readonly skipped: readonly SkippedFile[];
  /** The SHA-256 of all that was read. */
  readonly digest: string;
}

/** What a network scored on a validation set. */
export interface ValidationScore {
  readonly loss: number;
  readonly accuracy: number;
  readonly clipCount: number;
  readonly perLabel: Record<string, number>;
}

/**
 * Reads the validation clips of a training set, unchanged by any augmentation. Where they hold no silence, as many
 * windows of it are made as an average word has clips, from background that is not trained on.
 * @throws {HeedError} dataset where the validation folder has no clip that can be used; cancelled
 */
export async function loadValidationSet(
  set: TrainingSet,
  seed: number,
  extractor: FrameExtractor,
  normaliser: Normaliser,
  cache: FeatureCache,
  onProgress: ProgressListener,
  signal: CancelSignal,
): Promise<ValidationSet> {
  const stage = new StageProgress('train', 'Reading validation clips', set.validationFiles.length, onProgress);
  const { read, skipped } = await readAll(
    set.validationFiles,
    signal,
    (done) => stage.report(done),
    (file) => readFeatures(file.path, `${file.word}/${file.fileName}`, extractor, cache),
  );
  for (const { reason } of skipped) say('train', `Left out: ${reason}`, onProgress);
  if (read.length === 0 && set.ownValidation)
    throw new HeedError('dataset', `None of the validation clips can be used; the first: ${skipped[0]?.reason ?? ''}`);
  if (read.length === 0)
    say('train', 'There are too few speakers to hold any out, so nothing is measured while training.', onProgress);

  const digest = createHash('sha256');
  for (const { item, value } of read) digest.update(`${item.word}\0${item.fileName}\0${value.digest}\n`);
  const features = read.map(({ value }) => normaliseFrames(value.values, normaliser));
  const classes = read.map(({ item }) => set.plan.labels.indexOf(set.plan.labelOf(item.word)));

  const silenceClass = set.plan.labels.indexOf(SILENCE_LABEL);
  if (read.length > 0 && !classes.includes(silenceClass)) {
    const samples = new Float32Array(windowLength(extractor.settings));
    for (let i = 0; i < Math.ceil(read.length / (set.plan.labels.length - 1)); i++) {
      const random = createRandom(seed, `validation silence ${i}`);
      const plan = planSilence(set.validationBackground, samples.length, random);
      renderExample(plan, [], set.validationBackground, samples, samples);
      features.push(normaliseFrames(clipFrames(samples, extractor).values, normaliser));
      classes.push(silenceClass);
    }
  }
  return { features, classes, skipped, digest: digest.digest('hex') };
}

/**
 * Measures a network.
 * @param naming  whether it still tells unknown words by name
 * @returns undefined where there is nothing to measure on, or the signal came. */
export async function validate(
  network: Network,
  classes: ClassPlan,
  naming: boolean,
  set: ValidationSet,
  extractor: FrameExtractor,
  signal: CancelSignal,
): Promise<ValidationScore | undefined> {
  if (set.features.length === 0) return undefined;
  const { labels } = classes;
  const confusion = new Confusion(labels);
  const answer = new Float32Array(labels.length);
  const buffer = new BatchBuffer(extractor.settings, BATCH_SIZE);
  let lossSum = 0;
  for (let start = 0; start < set.features.length; start += BATCH_SIZE) {
    if (signal.aborted) return undefined;
    const features = set.features.slice(start, start + BATCH_SIZE);
    for (const [i, values] of features.entries()) buffer.example(i).set(values);
    const logits = await network.forwardAsync(buffer.batch(features.length));
    for (let i = 0; i < features.length; i++) {
      const truth = set.classes[start + i]!;
      classes.answer(logits, i, naming, answer);
      lossSum += crossEntropy(answer, 0, labels.length, truth);
      confusion.add(truth, largestClass(answer, 0, labels.length));
    }
  }
  const perLabel = Object.entries(confusion.perLabel).map(([label, { accuracy }]) => [label, accuracy] as const);
  return {
    loss: lossSum / set.features.length,
    accuracy: confusion.accuracy,
    clipCount: set.features.length,
    perLabel: Object.fromEntries(perLabel),
  };
}
