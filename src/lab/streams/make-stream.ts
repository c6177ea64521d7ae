import { basename } from 'node:path';
import { writeAtomically, writePiecesAtomically } from '../../atomic-write.ts';
import { HEED_SAMPLE_RATE_HZ } from '../../audio/sound.ts';
import { pcm16Bytes, pcm16WavHeader } from '../../audio/wav-write.ts';
import type { CancelSignal } from '../../cancel.ts';
import { decodeRecording } from '../../dataset/clip.ts';
import { isAudible, WordStream } from '../../dataset/stream/word-stream.ts';
import { HeedError } from '../../errors.ts';
import { SILENCE_LABEL } from '../../model/model.ts';
import { createRandom } from '../../random.ts';
import { LeaveOut } from '../../training/leave-out.ts';
import { loadBackground } from '../../training/load-background.ts';
import { StageProgress, type ProgressListener, type SkippedFile } from '../../training/progress.ts';
import { readContents } from '../../training/read-clips.ts';
import { scanForWavFiles, scanLabelledFolder } from '../../training/scan-folder.ts';

export interface MakeStreamSettings {
  /** A folder of labelled folders; or of recordings to be played one after another, with no word in them. */
  readonly folder: string;
  /** Recordings of the folder to be played one after another, in place of all that is in it. */
  readonly recordings?: readonly string[] | undefined;
  /** Recordings to set the words into; dither only when left out. */
  readonly background?: string | undefined;
  readonly snrDb: number;
  /** The files to write, with or without `.wav`; the truth stands beside it as `.tsv`. */
  readonly out: string;
  /** How long the stream is to be; when left out, every clip is heard once. */
  readonly minutes?: number | undefined;
  /** Only the clips of these labels. */
  readonly labels?: readonly string[] | undefined;
  readonly everySeconds: number;
  readonly seed: number;
}

export interface MadeStream {
  readonly wav: string;
  readonly truth: string;
  readonly hours: number;
  readonly words: number;
  readonly skipped: SkippedFile[];
}

/** A recording to be heard; without a label, it holds no word. */
interface Recording {
  readonly path: string;
  readonly label: string | undefined;
}

/** So long a fade at both ends of a recording that is played as it is, so that no click is heard between two. */
const EDGE_FADE = HEED_SAMPLE_RATE_HZ / 50;

/**
 * Makes a test stream: a WAV file of 16 kHz and 16 bit, and a truth file with a row `seconds<TAB>label` for each word,
 * its loudest moment. See {@link WordStream} for how words are set; clips come in an order drawn by the seed, none a
 * second time before all were heard. A folder of recordings without labels is played one recording after another, in
 * such an order too; its truth file is empty.
 *
 * Sound is written as it is made, so memory does not grow with the length of the stream.
 *
 * @throws {HeedError} dataset where there is nothing to hear; usage where a background is asked for behind unlabelled
 *   recordings; file-missing, file-unreadable, file-unwritable; cancelled. Whatever stood at `out` stays then.
 */
export async function makeStream(
  settings: MakeStreamSettings,
  onProgress: ProgressListener,
  signal: CancelSignal,
): Promise<MadeStream> {
  const recordings = await findRecordings(settings);
  const hasWords = recordings[0]!.label !== undefined;
  if (!hasWords && settings.background !== undefined)
    throw new HeedError(
      'usage',
      `${settings.folder} holds recordings without labels, which are played as they are: leave the background out, or put clips into a folder for each word.`,
    );
  const background =
    settings.background === undefined
      ? { recordings: [] }
      : (await loadBackground([settings.background], [], new LeaveOut([]), signal)).background;
  const length = settings.minutes === undefined ? Infinity : Math.round(settings.minutes * 60 * HEED_SAMPLE_RATE_HZ);
  const stem = settings.out.replace(/\.wav$/i, '');
  const files = { wav: `${stem}.wav`, truth: `${stem}.tsv` };
  const skipped: SkippedFile[] = [];
  const rows: string[] = [];
  let sampleCount = 0;

  await writePiecesAtomically(files.wav, async (file) => {
    const header = pcm16WavHeader(0, HEED_SAMPLE_RATE_HZ);
    await file.append(header);
    const write = async (samples: Float32Array): Promise<void> => {
      sampleCount += samples.length;
      pcm16WavHeader(sampleCount, HEED_SAMPLE_RATE_HZ);
      await file.append(pcm16Bytes(samples));
    };
    const clips = decodedInTurn(recordings, settings, length, skipped, onProgress, signal, () => sampleCount);
    if (hasWords) {
      const stream = new WordStream(background, { ...settings, length });
      for await (const { samples, label } of clips) {
        const word = stream.add(samples);
        if (!word) break;
        await write(word.samples);
        rows.push(`${(word.moment / HEED_SAMPLE_RATE_HZ).toFixed(3)}\t${label}\n`);
      }
      await write(stream.finish());
    } else for await (const { samples } of clips) await write(withSoftEdges(samples.subarray(0, length - sampleCount)));
    await file.overwrite(0, pcm16WavHeader(sampleCount, HEED_SAMPLE_RATE_HZ));
  });
  await writeAtomically(files.truth, rows.join(''));
  return { ...files, hours: sampleCount / HEED_SAMPLE_RATE_HZ / 3600, words: rows.length, skipped };
}

async function findRecordings({ folder, recordings, labels }: MakeStreamSettings): Promise<Recording[]> {
  if (recordings) return recordings.map((path) => ({ path, label: undefined }));
  const labelled = await scanLabelledFolder(folder).catch((error: unknown) => {
    if (error instanceof HeedError && error.code === 'dataset') return error;
    throw error;
  });
  if (labelled instanceof HeedError) {
    const flat = labels ? [] : await scanForWavFiles(folder, 0);
    if (flat.length === 0) throw labelled;
    return flat.map((path) => ({ path, label: undefined }));
  }
  const present = new Set(labelled.clips.map(({ word }) => word));
  const missing = labels?.find((label) => !present.has(label));
  if (missing !== undefined)
    throw new HeedError('dataset', `${folder} holds no clips of “${missing}”; check the spelling of the labels.`);
  const wanted = labelled.clips.filter(({ word }) => word !== SILENCE_LABEL && (labels?.includes(word) ?? true));
  if (wanted.length === 0) throw new HeedError('dataset', `${folder} holds no clip of a word.`);
  return wanted.map(({ path, word }) => ({ path, label: word }));
}

/** Decoded recordings: all once, or over and over until the stream is long enough. What is no sound is left out. */
async function* decodedInTurn(
  recordings: readonly Recording[],
  { seed, minutes, folder }: MakeStreamSettings,
  length: number,
  skipped: SkippedFile[],
  onProgress: ProgressListener,
  signal: CancelSignal,
  samplesMade: () => number,
): AsyncGenerator<{ readonly samples: Float32Array; readonly label: string | undefined }> {
  const limited = Number.isFinite(length);
  const seconds = (samples: number): number => Math.round(samples / HEED_SAMPLE_RATE_HZ);
  const total = limited ? seconds(length) : recordings.length;
  const stage = new StageProgress('make-stream', limited ? 'Seconds of stream' : 'Setting clips', total, onProgress);
  for (let round = 0, heard = 0; round === 0 || minutes !== undefined; round++) {
    const order = [...recordings];
    createRandom(seed, `order of clips ${round}`).shuffle(order);
    const usable = heard;
    for (const [index, { path, label }] of order.entries()) {
      if (signal.aborted)
        throw new HeedError('cancelled', 'The stream was stopped before it was done; nothing was changed.');
      if (samplesMade() >= length) return;
      const samples = await decodeAudible(path).catch((error: unknown) => {
        if (!(error instanceof HeedError)) throw error;
        if (round === 0) skipped.push({ file: path, reason: error.message });
      });
      if (samples) {
        heard++;
        yield { samples, label };
      }
      stage.report(limited ? Math.min(total, seconds(samplesMade())) : index + 1);
    }
    if (heard === usable)
      throw new HeedError('dataset', `None of the recordings in ${folder} can be used: ${skipped[0]!.reason}`);
  }
}

async function decodeAudible(path: string): Promise<Float32Array> {
  const { bytes } = await readContents(path);
  const samples = await decodeRecording(bytes, basename(path));
  if (!isAudible(samples)) throw new HeedError('sound-invalid', `${path} is digital silence; it was left out.`);
  return samples;
}

function withSoftEdges(samples: Float32Array): Float32Array {
  return samples.map((sample, i) => sample * Math.min(1, (i + 1) / EDGE_FADE, (samples.length - i) / EDGE_FADE));
}
