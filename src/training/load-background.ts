import { stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import type { CancelSignal } from '../cancel.ts';
import type { Background } from '../dataset/background.ts';
import { decodeRecording, toInt16 } from '../dataset/clip.ts';
import { BACKGROUND_FOLDER } from '../dataset/labels.ts';
import { HeedError } from '../errors.ts';
import type { SkippedFile } from './progress.ts';
import type { LeaveOut } from './leave-out.ts';
import { readAll, readContents } from './read-clips.ts';
import { scanForWavFiles } from './scan-folder.ts';

/** Recordings of noise and what they came from. */
export interface LoadedBackground {
  readonly background: Background;
  readonly digests: readonly string[];
  readonly skipped: readonly SkippedFile[];
}

/**
 * Reads the background recordings: those of the folders given, else those of `_background_noise_` in the training
 * folders, else none.
 * @throws {HeedError} file-missing, file-unreadable; dataset where the folders given hold no sound; cancelled
 */
export async function loadBackground(
  given: readonly string[] | undefined,
  trainingFolders: readonly string[],
  leaveOut: LeaveOut,
  signal: CancelSignal,
): Promise<LoadedBackground> {
  const folders = given ?? (await ownBackgrounds(trainingFolders));
  const found = (await Promise.all(folders.map((each) => scanForWavFiles(each)))).flat();
  const paths = found.filter((path) => !leaveOut.has(basename(dirname(path)), basename(path)));
  const { read, skipped } = await readAll(
    paths.map((path) => ({ path })),
    signal,
    () => {},
    async ({ path }) => {
      const { bytes, digest } = await readContents(path);
      return { digest, samples: toInt16(await decodeRecording(bytes, basename(path))) };
    },
  );
  if (given !== undefined && read.length === 0)
    throw new HeedError(
      'dataset',
      skipped[0]
        ? `None of the background recordings in ${given.join(', ')} can be used; the first: ${skipped[0].reason}`
        : `${given.join(', ')} holds no background recordings: put WAV files of noise in it, or leave the background out.`,
    );
  return {
    background: { recordings: read.map(({ value }) => value.samples).filter((samples) => samples.length > 0) },
    digests: read.map(({ value }) => value.digest),
    skipped,
  };
}

async function ownBackgrounds(folders: readonly string[]): Promise<string[]> {
  const candidates = folders.map((folder) => join(folder, BACKGROUND_FOLDER));
  const present = await Promise.all(
    candidates.map((path) =>
      stat(path).then(
        (entry) => entry.isDirectory(),
        () => false,
      ),
    ),
  );
  return candidates.filter((_, i) => present[i]);
}
