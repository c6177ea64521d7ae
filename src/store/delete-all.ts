import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { HeedError } from '../errors.ts';
import { SPOOL_FOLDER } from './import/spool.ts';
import { LAB_FOLDER } from './lab-folder.ts';
import { OWN_MODELS_FOLDER } from './own-models.ts';
import { TRASH_FOLDER, WORDS_FOLDER } from './takes/operation.ts';
import { STAGING_FOLDER } from './takes/takes-journal.ts';

/**
 * Everything that Heed keeps in the user's data folder. Only what is named here is deleted: the folder may be one that
 * holds other things too.
 */
const KEPT_BY_HEED: readonly string[] = [
  ...[WORDS_FOLDER, TRASH_FOLDER, STAGING_FOLDER, SPOOL_FOLDER, OWN_MODELS_FOLDER],
  ...['undo', 'teach', LAB_FOLDER, 'settings.json', 'settings.json.broken'],
];

/**
 * Deletes all of the user's data, for good.
 * @throws {HeedError} file-unwritable, naming what could not be deleted; the rest is gone
 */
export async function deleteAllData(home: string): Promise<void> {
  const failed: string[] = [];
  for (const name of KEPT_BY_HEED)
    await rm(join(home, name), { recursive: true, force: true, maxRetries: 3 }).catch(() => failed.push(name));
  if (failed.length > 0)
    throw new HeedError(
      'file-unwritable',
      `Not everything could be deleted: ${failed.join(', ')} in ${home} is still there. Close programs that use it, or delete it by hand.`,
    );
}
