import type { CancelSignal } from '../cancel.ts';
import { HeedError } from '../errors.ts';
import { normaliseFrames } from '../features/normaliser.ts';
import { UNKNOWN_LABEL, type Model } from '../model/model.ts';
import { softmaxRows } from '../nn/softmax.ts';
import { createRandom } from '../random.ts';
import { BatchBuffer } from './batch.ts';
import type { Compute } from './compute.ts';
import { DISPUTED_ABOVE, type DisputedClip } from './disputed-clips.ts';
import { defaultCacheFolder, openFeatureCache } from './feature-cache.ts';
import { clipsOfSplit, type Split } from './list-split.ts';
import { Confusion, largestClass } from './metrics.ts';
import { say, StageProgress, type ProgressListener, type SkippedFile } from './progress.ts';
import { readAll, readFeatures } from './read-clips.ts';
import { scanLabelledFolder, type ClipFile } from './scan-folder.ts';

const BATCH_SIZE = 64;

export interface EvaluationSettings {
  /** A folder of labelled folders. */
  readonly folder: string;
  readonly model: Model;
  /** At most so many clips of words that the model does not know, chosen by the seed; all of them when left out. */
  readonly maxUnknown?: number | undefined;
  readonly seed: number;
  /** Only the clips of this part, by the lists that the folder has; all of them when left out. */
  readonly split?: Split | undefined;
  /** Where features are kept between runs; the system's cache folder when left out. */
  readonly cacheFolder?: string | undefined;
}

/** How a model did on a folder; the same fields as the engine's call `evaluate` answers. */
export interface EvaluationResult {
  readonly n: number;
  readonly accuracy: number;
  readonly perLabel: Record<string, { n: number; correct: number; accuracy: number }>;
  readonly confusion: {
    readonly labels: string[];
    /** `[truth][answer]`, in clips */
    readonly matrix: number[][];
  };
  readonly skipped: SkippedFile[];
  readonly disputed: DisputedClip[];
}

/**
 * Classifies the clips of a folder, each as `recognize` would. Words that the model does not know count as `_unknown_`,
 * and so as wrong where the model has no such label.
 * @throws {HeedError} file-missing, file-unreadable; dataset where there is no clip that can be used; cancelled
 */
export async function evaluateFolder(
  settings: EvaluationSettings,
  compute: Compute,
  onProgress: ProgressListener,
  signal: CancelSignal,
): Promise<EvaluationResult> {
  const { model } = settings;
  const truthOf = ({ word }: ClipFile): string => (model.labels.includes(word) ? word : UNKNOWN_LABEL);
  const listing = await scanLabelledFolder(settings.folder);
  const { split, folder } = settings;
  const files = limitUnknown(split ? clipsOfSplit(listing, split, folder) : listing.clips, truthOf, settings);
  const labels = [...new Set([...model.labels, ...files.map(truthOf)])];
  const confusion = new Confusion(labels);
  const skipped: SkippedFile[] = [];
  const disputed: DisputedClip[] = [];

  const extractor = compute.createExtractor(model.features);
  const network = compute.backend.createNetwork(model.shape, model.parameters);
  const buffer = new BatchBuffer(model.features, BATCH_SIZE);
  const cache = await openFeatureCache(settings.cacheFolder ?? defaultCacheFolder(), model.features, (message) =>
    say('evaluate', message, onProgress),
  );
  const stage = new StageProgress('evaluate', 'Classifying clips', files.length, onProgress);
  try {
    for (let start = 0; start < files.length; start += BATCH_SIZE) {
      const readings = await readAll(
        files.slice(start, start + BATCH_SIZE),
        signal,
        () => {},
        (file) => readFeatures(file.path, `${file.word}/${file.fileName}`, extractor, cache),
      );
      skipped.push(...readings.skipped);
      const { read } = readings;
      for (const [i, { value }] of read.entries()) normaliseFrames(value.values, model.normaliser, buffer.example(i));
      const logits = read.length > 0 ? await network.forwardAsync(buffer.batch(read.length)) : new Float32Array(0);
      const posteriors = softmaxRows(logits, model.labels.length);
      for (const [i, { item }] of read.entries()) {
        const truth = labels.indexOf(truthOf(item));
        const heard = largestClass(logits, i, model.labels.length);
        const score = posteriors[i * model.labels.length + heard]!;
        confusion.add(truth, heard);
        if (heard !== truth && score >= DISPUTED_ABOVE)
          disputed.push({ file: `${item.word}/${item.fileName}`, heard: model.labels[heard]!, score });
      }
      stage.report(Math.min(files.length, start + BATCH_SIZE));
    }
  } finally {
    await cache.close();
  }
  if (confusion.total === 0)
    throw new HeedError(
      'dataset',
      skipped[0]
        ? `None of the ${skipped.length} clips in ${settings.folder} can be used; the first: ${skipped[0].reason}`
        : `${settings.folder} holds no clip of a word that the model knows.`,
    );
  const { accuracy, perLabel, matrix, total } = confusion;
  return { n: total, accuracy, perLabel, confusion: { labels, matrix }, skipped, disputed };
}

/** Leaves out all but a seeded choice of the clips that count as `_unknown_`. */
function limitUnknown(
  files: readonly ClipFile[],
  truthOf: (file: ClipFile) => string,
  { maxUnknown = Number.POSITIVE_INFINITY, seed }: EvaluationSettings,
): ClipFile[] {
  const unknown = files.filter((file) => truthOf(file) === UNKNOWN_LABEL);
  createRandom(seed, 'unknown clips to evaluate on').shuffle(unknown);
  const chosen = new Set(unknown.slice(0, maxUnknown));
  return files.filter((file) => truthOf(file) !== UNKNOWN_LABEL || chosen.has(file));
}
