import { readdir, readFile, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { isLabelFolder } from '../dataset/labels.ts';
import { HeedError } from '../errors.ts';

/** One WAV file in a labelled folder. */
export interface ClipFile {
  /** The folder it lies in: its word. */
  readonly word: string;
  readonly fileName: string;
  readonly path: string;
}

/** A folder of labelled folders, in the Speech Commands layout; files in the order of their names. */
export interface FolderListing {
  readonly clips: readonly ClipFile[];
  /** Named by `validation_list.txt` and `testing_list.txt`, as `<word>/<file>`; empty without such lists. */
  readonly validationList: ReadonlySet<string>;
  readonly testingList: ReadonlySet<string>;
}

/**
 * Lists the WAV files of a folder of labelled folders. Other files, and folders whose names begin with `_` or `.`, are
 * passed over, but for `_silence_` and `_unknown_`, which are labels.
 * @throws {HeedError} file-missing, file-unreadable; dataset where WAV files lie beside the labelled folders only
 */
export async function scanLabelledFolder(folder: string): Promise<FolderListing> {
  const names = await listFolder(folder);
  const clips: ClipFile[] = [];
  for (const word of names.filter(isLabelFolder)) {
    const wordFolder = join(folder, word);
    if (
      !(await stat(wordFolder).then(
        (entry) => entry.isDirectory(),
        () => false,
      ))
    )
      continue;
    for (const fileName of (await listFolder(wordFolder)).filter(isWavName))
      clips.push({ word, fileName, path: join(wordFolder, fileName) });
  }
  if (clips.length === 0)
    throw new HeedError(
      'dataset',
      names.some(isWavName)
        ? `${folder} holds WAV files but no labelled folders: put the clips of each word in a folder named after it.`
        : `${folder} holds no clips: it should have a folder for each word, with WAV files in it.`,
    );
  return {
    clips,
    validationList: await readList(join(folder, 'validation_list.txt')),
    testingList: await readList(join(folder, 'testing_list.txt')),
  };
}

/**
 * The WAV files of a folder and of the folders within it, in the order of their paths.
 * @throws {HeedError} file-missing, file-unreadable
 */
export async function scanForWavFiles(folder: string, depth = 3): Promise<string[]> {
  const found: string[] = [];
  for (const name of await listFolder(folder)) {
    const path = join(folder, name);
    if (isWavName(name)) found.push(path);
    else if (
      depth > 0 &&
      !name.startsWith('.') &&
      (await stat(path).then(
        (entry) => entry.isDirectory(),
        () => false,
      ))
    )
      found.push(...(await scanForWavFiles(path, depth - 1)));
  }
  return found;
}

/** The sentence for a folder that could not be listed. */
export function unreadableFolder(folder: string, cause: unknown): HeedError {
  const code = (cause as NodeJS.ErrnoException | undefined)?.code;
  if (code === 'ENOENT')
    return new HeedError('file-missing', `There is no folder ${folder}; check its name.`, { cause });
  const reason =
    code === 'ENOTDIR'
      ? 'it is a file; give the folder that holds the labelled folders'
      : code === 'EACCES' || code === 'EPERM'
        ? 'you are not allowed to; change its permissions'
        : cause instanceof Error
          ? cause.message
          : String(cause);
  return new HeedError('file-unreadable', `The folder ${folder} cannot be read: ${reason}.`, { cause });
}

/** Sorted by code unit, so that the order is the same in every language and on every file system. */
async function listFolder(folder: string): Promise<string[]> {
  try {
    return (await readdir(folder)).sort();
  } catch (error) {
    throw unreadableFolder(folder, error);
  }
}

function isWavName(name: string): boolean {
  return /\.wav$/i.test(name) && !name.startsWith('.');
}

async function readList(path: string): Promise<ReadonlySet<string>> {
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return '';
    throw new HeedError('file-unreadable', `${basename(path)} cannot be read: ${error.message}.`, { cause: error });
  });
  return new Set(
    text
      .split(/\r?\n/)
      .map((line) => line.trim())
      .filter((line) => line !== ''),
  );
}
