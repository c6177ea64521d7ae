import { stat } from 'node:fs/promises';
import { basename, resolve } from 'node:path';
import type { CancelSignal } from '../../cancel.ts';
import { decodeClip, packClip, refuseCutOff } from '../../dataset/clip.ts';
import { windowLength } from '../../features/settings.ts';
import { saveModel } from '../../model/model-file.ts';
import { UNKNOWN_LABEL, type Model } from '../../model/model.ts';
import { checkWritable } from '../check-writable.ts';
import type { Compute } from '../compute.ts';
import { LeaveOut } from '../leave-out.ts';
import { loadBackground } from '../load-background.ts';
import { say, StageProgress, type ProgressListener, type SkippedFile } from '../progress.ts';
import { withoutFolders } from '../provenance.ts';
import { readAll, readContents } from '../read-clips.ts';
import { scanLabelledFolder } from '../scan-folder.ts';
import type { TrainListeners } from '../training-loop.ts';
import { adaptModel, type Adaptation } from './adapt.ts';
import type { Take } from './adaptation-set.ts';
import type { FinetuneResult, FinetuneSettings } from './settings.ts';

/**
 * Adapts a model to the takes in a folder, and writes it. Nothing is written before all is done, and where the takes make
 * the model no better the file is the old model, byte for byte what saving that one gives.
 *
 * @param from  the model of `settings.from`, read
 * @throws {HeedError} file-missing, file-unreadable; dataset where there is nothing to learn; file-unwritable;
 *   training-diverged; cancelled (while takes were read)
 */
export async function finetuneModel(
  settings: FinetuneSettings,
  from: Model,
  listeners: TrainListeners,
  signal: CancelSignal,
  compute: Compute,
): Promise<FinetuneResult> {
  await checkWritable(settings.out);
  const { folder, validation, background, seed, passes } = settings;
  const { onProgress } = listeners;
  const own = await readTakes(folder, from, 'Reading takes', onProgress, signal);
  const measured = validation
    ? await readTakes(validation, from, 'Reading validation clips', onProgress, signal)
    : none;
  const noise = await loadBackground(background ? [background] : undefined, [folder], new LeaveOut([]), signal);
  const words = new Set([...from.labels, ...own.takes.map(({ label }) => label)]);
  const adaptation = await adaptModel(
    from,
    {
      takes: own.takes,
      validation: measured.takes.map((take) => (words.has(take.label) ? take : { ...take, label: UNKNOWN_LABEL })),
      background: noise.background,
    },
    { seed, tuning: { ...settings.tuning, ...(passes === undefined ? {} : { passes }) } },
    { onEpoch: (epoch) => listeners.onEpoch(epoch) },
    signal,
    compute,
  );
  const { score, before, improved } = adaptation;
  if (!improved) say('train', 'The takes made it no better on those held out, so the old model is kept.', onProgress);
  await saveModel(settings.out, improved ? described(adaptation, settings, own.takes) : from);
  const { size: bytes } = await stat(settings.out);
  return {
    out: settings.out,
    labels: [...adaptation.model.labels],
    newLabels: adaptation.newLabels,
    epochs: adaptation.epochs,
    bestEpoch: adaptation.bestEpoch,
    validationAccuracy: score.clipCount > 0 ? score.accuracy : null,
    accuracyBefore: before.clipCount > 0 ? before.accuracy : null,
    improved,
    stopped: adaptation.stopped,
    bytes,
    skipped: [...own.skipped, ...measured.skipped, ...noise.skipped],
  };
}

interface ReadTakes {
  readonly takes: readonly Take[];
  readonly skipped: readonly SkippedFile[];
}
const none: ReadTakes = { takes: [], skipped: [] };

async function readTakes(
  folder: string,
  { features }: Model,
  what: string,
  onProgress: ProgressListener,
  signal: CancelSignal,
): Promise<ReadTakes> {
  const { clips } = await scanLabelledFolder(folder);
  const stage = new StageProgress('train', what, clips.length, onProgress);
  const length = windowLength(features);
  const { read, skipped } = await readAll(
    clips,
    signal,
    (done) => stage.report(done),
    async (file) => {
      const { bytes } = await readContents(file.path);
      const name = `${file.word}/${file.fileName}`;
      refuseCutOff(bytes, name);
      return packClip(await decodeClip(bytes, name, length), length);
    },
  );
  for (const { reason } of skipped) say('train', `Left out: ${reason}`, onProgress);
  return { takes: read.map(({ item, value }) => ({ clip: value, label: item.word })), skipped };
}

/** The adapted model with how it came to be. The scores of the old one, which were of other weights, are gone. */
function described(
  { model, bestEpoch, score }: Adaptation,
  { folder, out, from, validation, background, heedVersion, command, seed }: FinetuneSettings,
  takes: readonly Take[],
): Model {
  const counts = new Map<string, number>();
  for (const { label } of takes) counts.set(label, (counts.get(label) ?? 0) + 1);
  const clips = [...counts].map(([label, count]) => `${label} ${count}`).join(', ');
  const paths = [folder, out, from, validation, background].filter((path) => path !== undefined);
  return {
    ...model,
    provenance: {
      ...model.provenance,
      heedVersion,
      madeBy: withoutFolders(command, paths),
      trainedOn: `${model.provenance.trainedOn}; then ${clips} (takes in ${basename(resolve(folder))})`.slice(
        0,
        50_000,
      ),
      seed,
      epochs: bestEpoch,
    },
    scores:
      score.clipCount > 0
        ? [{ measuredOn: validation ? basename(resolve(validation)) : 'held-out takes', ...withoutLoss(score) }]
        : [],
  };
}

function withoutLoss({
  accuracy,
  clipCount,
  perLabel,
}: Adaptation['score']): Omit<Model['scores'][number], 'measuredOn'> {
  return { accuracy, clipCount, perLabel };
}
