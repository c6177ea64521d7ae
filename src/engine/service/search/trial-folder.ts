import { resolve } from 'node:path';
import { unwritable } from '../../../atomic-write.ts';
import { HeedError } from '../../../errors.ts';
import { TrialJournal } from '../../../lab/search/journal.ts';
import { takeLock } from '../../../store/home-lock.ts';
import { say, type ProgressListener } from '../../../training/progress.ts';

/** Where a folder of trials has its journal, and the lock that keeps a second program out. */
export interface TrialFolder {
  readonly folder: string;
  readonly journal: string;
  readonly lock: string;
}

/** The recordings that trials are measured on. */
export interface Recordings {
  readonly folders: readonly string[];
  readonly validation?: string | undefined;
  readonly background?: readonly string[] | undefined;
  readonly leaveOut?: readonly string[] | undefined;
  readonly labels?: readonly string[] | undefined;
}

/**
 * Works in a folder with a journal of the trials that ended, alone.
 * @param data names what trials are measured on
 * @throws {HeedError} in-use where another program works there; usage where the journal is of something else;
 *   file-unreadable, file-unwritable; what the work throws
 */
export async function withJournal<Result>(
  { folder, journal: path, lock }: TrialFolder,
  data: string,
  onProgress: ProgressListener,
  work: (journal: TrialJournal) => Promise<Result>,
): Promise<Result> {
  const taken = await takeLock(lock).catch((error: unknown) => {
    throw unwritable(folder, error);
  });
  if ('heldBy' in taken)
    throw new HeedError(
      'in-use',
      `Another search or comparison is at work in ${folder}, and its trials are safe; wait for its end, or name another folder with --out.`,
    );
  try {
    const journal = await TrialJournal.open(path, data);
    try {
      if (journal.damaged > 0) say('train', damagedText(journal.damaged, path), onProgress);
      return await work(journal);
    } finally {
      await journal.close();
    }
  } finally {
    await taken.release();
  }
}

/** Names recordings, wherever the program is started from. */
export function nameRecordings({ folders, validation, background, leaveOut, labels }: Recordings): object {
  const paths = (list: readonly string[] | undefined): string[] | undefined =>
    list?.map((path) => resolve(path)).sort();
  return {
    ...{ folders: paths(folders), validation: validation && resolve(validation), background: paths(background) },
    ...{ leaveOut: paths(leaveOut), labels },
  };
}

function damagedText(lines: number, path: string): string {
  return `${lines === 1 ? 'A line' : `${lines} lines`} of ${path} were torn or damaged, so what they told is tried again.`;
}
