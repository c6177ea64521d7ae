import { createHash } from 'node:crypto';
import type { CancelSignal } from '../cancel.ts';
import { splitBackground, type Background } from '../dataset/background.ts';
import { decodeClip, packClip, refuseCutOff, type Clip } from '../dataset/clip.ts';
import { cutOf, MADE_SILENCE, spliceOf, takeEvenly, type LabelClips } from '../dataset/epoch-draw.ts';
import { planLabels, type LabelPlan } from '../dataset/labels.ts';
import { speakerOf, speakersToHoldOut } from '../dataset/speaker-split.ts';
import { varyBackground } from '../dataset/vary-background.ts';
import { HeedError } from '../errors.ts';
import { windowLength, type FeatureSettings } from '../features/settings.ts';
import { SILENCE_LABEL, UNKNOWN_LABEL } from '../model/model.ts';
import { createRandom } from '../random.ts';
import { readLeaveOut, type LeaveOut } from './leave-out.ts';
import { loadBackground } from './load-background.ts';
import { say, StageProgress, type ProgressListener, type SkippedFile } from './progress.ts';
import { readAll, readContents } from './read-clips.ts';
import { scanLabelledFolder, type ClipFile } from './scan-folder.ts';
import { ClassPlan } from './class-plan.ts';
import { tuningOf, type TrainRunSettings, type TrainTuning } from './settings.ts';

/** A clip that is longer than so many windows holds more than a word. */
const RUNNING_SPEECH_WINDOWS = 1.5;
/** How often running speech is drawn, in draws of an unknown word. */
const RUNNING_SPEECH_WEIGHT = 6;

/** Everything a run trains on, in memory, and what it will be measured on. */
export interface TrainingSet {
  readonly plan: LabelPlan;
  readonly files: readonly ClipFile[];
  /** `[files]`, decoded */
  readonly clips: readonly Clip[];
  /** `[classes]`, what an epoch draws from */
  readonly draws: readonly LabelClips[];
  /** The classes of the network that is trained. */
  readonly classes: ClassPlan;
  readonly background: Background;
  readonly validationBackground: Background;
  readonly validationFiles: readonly ClipFile[];
  /** Whether the validation files come from a folder of their own, and not from held-out speakers. */
  readonly ownValidation: boolean;
  readonly skipped: readonly SkippedFile[];
  /** The SHA-256 of all that was read to train on. */
  readonly digest: string;
}

/**
 * Lists, splits and reads the clips of a training run.
 * @throws {HeedError} file-missing, file-unreadable; dataset where there is too little to learn from; cancelled
 */
export async function loadTrainingSet(
  settings: TrainRunSettings,
  features: FeatureSettings,
  onProgress: ProgressListener,
  signal: CancelSignal,
): Promise<TrainingSet> {
  const leaveOut = await readLeaveOut(settings.leaveOut ?? []);
  const { training, heldOut, allWords } = await splitFiles(settings, leaveOut);
  const planned = planLabels(allWords, settings.labels);
  const noise = await loadBackground(settings.background, settings.folders, leaveOut, signal);
  if (noise.background.recordings.length === 0)
    say(
      'train',
      'No background recordings were given, so synthetic noise serves as background and silence.',
      onProgress,
    );

  const stage = new StageProgress('train', 'Reading clips', training.length, onProgress);
  const length = windowLength(features);
  const { read, skipped } = await readAll(
    training,
    signal,
    (done) => stage.report(done),
    async (file) => {
      const { bytes, digest } = await readContents(file.path);
      const name = `${file.word}/${file.fileName}`;
      refuseCutOff(bytes, name);
      return { digest, clip: packClip(await decodeClip(bytes, name, length), length) };
    },
  );
  const allSkipped = [...noise.skipped, ...skipped];
  for (const { reason } of allSkipped) say('train', `Left out: ${reason}`, onProgress);

  const files = read.map(({ item }) => item);
  const plan = replan(planned, files, settings.labels, skipped);
  const wordClips = files.filter((file) => plan.words.includes(file.word)).length;
  const perWord = Math.max(1, Math.round(wordClips / plan.words.length));
  const clips = read.map(({ value }) => value.clip);
  const running = clips.map(({ samples }) => samples.length > RUNNING_SPEECH_WINDOWS * length);
  const draws = groupByLabel(plan, files, running, perWord, tuningOf(settings));
  const words = files.map(({ word }) => word);
  const validationFiles =
    settings.validation === undefined ? heldOut : (await scanLabelledFolder(settings.validation)).clips;
  const { training: noiseToLearn, validation: validationBackground } = splitBackground(noise.background);
  const digest = createHash('sha256').update(JSON.stringify(noise.digests));
  for (const { item, value } of read) digest.update(`${item.word}\0${item.fileName}\0${value.digest}\n`);
  return {
    plan,
    files,
    clips,
    draws,
    classes: new ClassPlan(plan.labels, draws, words, perWord, tuningOf(settings).namingShare > 0),
    background: varyBackground(noiseToLearn, settings.seed),
    validationBackground,
    validationFiles: chooseValidation(plan, validationFiles, settings),
    ownValidation: settings.validation !== undefined,
    skipped: allSkipped,
    digest: digest.digest('hex'),
  };
}

/** Sets aside what is not trained on: what the folders' own lists name, else a tenth of the speakers. */
async function splitFiles(
  { folders, validation }: TrainRunSettings,
  leaveOut: LeaveOut,
): Promise<{ training: ClipFile[]; heldOut: ClipFile[]; allWords: string[] }> {
  const training: ClipFile[] = [];
  const heldOut: ClipFile[] = [];
  for (const folder of folders) {
    const listing = await scanLabelledFolder(folder);
    for (const clip of listing.clips) {
      if (leaveOut.has(clip.word, clip.fileName)) continue;
      const entry = `${clip.word}/${clip.fileName}`;
      if (listing.testingList.has(entry)) continue;
      (listing.validationList.has(entry) ? heldOut : training).push(clip);
    }
  }
  const allWords = [...new Set(training.map(({ word }) => word))];
  if (validation !== undefined || heldOut.length > 0) return { training, heldOut, allWords };
  const speakers = speakersToHoldOut(training.map((clip) => ({ speaker: speakerOf(clip.fileName), label: clip.word })));
  const isHeldOut = (clip: ClipFile): boolean => speakers.has(speakerOf(clip.fileName));
  return {
    training: training.filter((clip) => !isHeldOut(clip)),
    heldOut: training.filter(isHeldOut),
    allWords,
  };
}

/** The plan for the words of which clips are left after reading. @throws {HeedError} dataset where a word lost them all */
function replan(
  planned: LabelPlan,
  files: readonly ClipFile[],
  labels: readonly string[] | undefined,
  skipped: readonly SkippedFile[],
): LabelPlan {
  const left = [...new Set(files.map(({ word }) => word))];
  const lost = planned.words.find((word) => !left.includes(word));
  if (lost !== undefined)
    throw new HeedError(
      'dataset',
      `None of the clips of “${lost}” can be used${skipped[0] ? `; the first of ${skipped.length} left out: ${skipped[0].reason}` : '.'}`,
    );
  return planLabels(left, labels);
}

/**
 * For each label what an epoch draws from: a group per word; for silence the windows that are made, and its clips if any;
 * for `_unknown_` also the words to learn, cut off, and half of each with half of another.
 * @param running  `[files]`, whether a clip holds running speech: of that every second is another piece, so it is drawn more
 * @param perWord  examples of a word in an epoch
 */
function groupByLabel(
  plan: LabelPlan,
  files: readonly ClipFile[],
  running: readonly boolean[],
  perWord: number,
  { unknownWeight, silenceWeight, cutWords, spliceWords }: TrainTuning,
): LabelClips[] {
  const byWord = [...collectByWord(files, (_, index) => index)];
  const known = byWord.filter(([word]) => plan.words.includes(word)).map(([, indices]) => indices);
  const cut = cutWords ? known.map((indices) => indices.map(cutOf)) : [];
  const spliced = spliceWords ? known.map((indices) => indices.map(spliceOf)) : [];
  return plan.labels.map((label) => {
    const groups = byWord.filter(([word]) => plan.labelOf(word) === label).map(([, indices]) => indices);
    if (label === SILENCE_LABEL)
      return { groups: [[MADE_SILENCE], ...groups], count: Math.round(silenceWeight * perWord) };
    if (label !== UNKNOWN_LABEL) return { groups, count: perWord };
    const speech = groups
      .map((group) => group.filter((index) => running[index]))
      .filter((group) => group.length > 0)
      .flatMap((group) => Array.from({ length: RUNNING_SPEECH_WEIGHT - 1 }, () => group));
    return {
      groups: [...groups, ...speech, ...cut, ...spliced],
      count: Math.round(unknownWeight * perWord),
    };
  });
}

/** The files to measure on: all clips of the words; of `_unknown_`, evenly over its words, as many as an average word has. */
function chooseValidation(plan: LabelPlan, files: readonly ClipFile[], settings: TrainRunSettings): ClipFile[] {
  const known = files.filter((file) => plan.labelOf(file.word) !== UNKNOWN_LABEL);
  const wordCount = known.filter((file) => file.word !== SILENCE_LABEL).length;
  if (wordCount === 0 && settings.validation !== undefined)
    throw new HeedError(
      'dataset',
      `${settings.validation} holds no clip of the words to learn, so nothing can be measured.`,
    );
  if (!plan.labels.includes(UNKNOWN_LABEL)) return known;
  const unknown = collectByWord(
    files.filter((file) => plan.labelOf(file.word) === UNKNOWN_LABEL),
    (file) => file,
  );
  const count = Math.ceil(wordCount / plan.words.length);
  return [
    ...known,
    ...takeEvenly([...unknown.values()], count, createRandom(settings.seed, 'unknown validation clips')),
  ];
}

function collectByWord<Value>(
  files: readonly ClipFile[],
  value: (file: ClipFile, index: number) => Value,
): Map<string, Value[]> {
  const collected = new Map<string, Value[]>();
  for (const [index, file] of files.entries()) {
    const values = collected.get(file.word) ?? [];
    values.push(value(file, index));
    collected.set(file.word, values);
  }
  return collected;
}
