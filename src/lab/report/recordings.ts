import { join } from 'node:path';
import type { CancelSignal } from '../../cancel.ts';
import type { Background } from '../../dataset/background.ts';
import { decodeClip, packClip, type Clip } from '../../dataset/clip.ts';
import { takeEvenly } from '../../dataset/epoch-draw.ts';
import { HeedError } from '../../errors.ts';
import { windowLength } from '../../features/settings.ts';
import { UNKNOWN_LABEL, type Model } from '../../model/model.ts';
import { createRandom } from '../../random.ts';
import type { Take } from '../../training/finetune/adaptation-set.ts';
import { LeaveOut } from '../../training/leave-out.ts';
import { loadBackground } from '../../training/load-background.ts';
import { StageProgress, type ProgressListener } from '../../training/progress.ts';
import { readAll, readContents } from '../../training/read-clips.ts';
import { scanLabelledFolder, type ClipFile } from '../../training/scan-folder.ts';

/** A take of the few-shot recordings: who says what, and for which time. */
export interface SpokenTake extends Take {
  readonly speaker: string;
  readonly number: number;
}

/** The recordings that the protocols of a report work on, in memory. */
export interface ReportRecordings {
  /** `few_shot/arabic`: labels are given a prefix, since some of its folders are called as English words are. */
  readonly fewShot: readonly SpokenTake[];
  readonly speakers: readonly string[];
  /** `speech_commands/validation`; labels that the model lacks are `_unknown_`. */
  readonly validation: readonly Take[];
  readonly background: Background;
}

const FILE_NAME = /^(.+)_NO_(\d+)\.wav$/i;
const PREFIX = 'arabic ';
/** Words that a model does not know, to measure its false accepts on. */
const UNKNOWN_CLIPS = 250;

/** Reads what the protocols of words need. @throws {HeedError} file-missing, file-unreadable, dataset; cancelled */
export async function readRecordings(
  data: string,
  { labels, features }: Model,
  seed: number,
  onProgress: ProgressListener,
  signal: CancelSignal,
): Promise<ReportRecordings> {
  const length = windowLength(features);
  const read = async (files: readonly ClipFile[], what: string): Promise<(ClipFile & { clip: Clip })[]> => {
    const stage = new StageProgress('evaluate', what, files.length, onProgress);
    const readings = await readAll(
      files,
      signal,
      (done) => stage.report(done),
      async ({ path, fileName }) =>
        packClip(await decodeClip((await readContents(path)).bytes, fileName, length), length),
    );
    return readings.read.map(({ item, value }) => ({ ...item, clip: value }));
  };
  const arabic = await scanLabelledFolder(join(data, 'few_shot', 'arabic'));
  const fewShot = (await read(arabic.clips, 'Reading few-shot takes')).flatMap(({ word, fileName, clip }) => {
    const named = FILE_NAME.exec(fileName);
    return named ? [{ clip, label: PREFIX + word, speaker: named[1]!, number: Number(named[2]) }] : [];
  });
  if (fewShot.length === 0)
    throw new HeedError('dataset', `${data} holds no few-shot takes named <speaker>_NO_<take>.wav; check the folder.`);
  const { clips } = await scanLabelledFolder(join(data, 'speech_commands', 'validation'));
  const validation = await read(withFewUnknown(clips, labels, seed), 'Reading validation clips');
  const noise = await loadBackground([join(data, 'noise', 'background')], [], new LeaveOut([]), signal);
  return {
    fewShot,
    speakers: [...new Set(fewShot.map(({ speaker }) => speaker))].sort(),
    validation: validation.map(({ clip, word }) => ({ clip, label: labels.includes(word) ? word : UNKNOWN_LABEL })),
    background: noise.background,
  };
}

function withFewUnknown(clips: readonly ClipFile[], labels: readonly string[], seed: number): ClipFile[] {
  const unknown = new Map<string, ClipFile[]>();
  for (const clip of clips)
    if (!labels.includes(clip.word)) unknown.set(clip.word, [...(unknown.get(clip.word) ?? []), clip]);
  const chosen = takeEvenly([...unknown.values()], UNKNOWN_CLIPS, createRandom(seed, 'unknown clips of a report'));
  return [...clips.filter(({ word }) => labels.includes(word)), ...chosen];
}
