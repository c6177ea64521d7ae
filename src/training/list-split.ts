import { HeedError } from '../errors.ts';
import type { ClipFile, FolderListing } from './scan-folder.ts';

/** The parts of a folder that has lists of its own, as the archive of Speech Commands does. */
export type Split = 'training' | 'validation' | 'testing';

/**
 * The clips of one part: those that `validation_list.txt` or `testing_list.txt` names, or those that neither names. So
 * figures can be compared with published ones.
 * @throws {HeedError} dataset where the folder lacks the list, or has no clip in that part
 */
export function clipsOfSplit(listing: FolderListing, split: Split, folder: string): readonly ClipFile[] {
  const { clips, validationList, testingList } = listing;
  const missing =
    split === 'training'
      ? validationList.size + testingList.size === 0
      : (split === 'testing' ? testingList : validationList).size === 0;
  if (missing)
    throw new HeedError(
      'dataset',
      `${folder} has no ${split === 'testing' ? 'testing_list.txt' : 'validation_list.txt'} that names clips, so it has no ${split} part; measure all of it by leaving the part out.`,
    );
  const chosen = clips.filter(({ word, fileName }) => {
    const entry = `${word}/${fileName}`;
    const part = testingList.has(entry) ? 'testing' : validationList.has(entry) ? 'validation' : 'training';
    return part === split;
  });
  if (chosen.length === 0) throw new HeedError('dataset', `${folder} holds none of the clips of its ${split} part.`);
  return chosen;
}
