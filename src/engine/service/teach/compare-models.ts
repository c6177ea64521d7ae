import { readFile, stat } from 'node:fs/promises';
import { setImmediate } from 'node:timers/promises';
import { HEED_SAMPLE_RATE_HZ } from '../../../audio/sound.ts';
import { decodeRecording } from '../../../dataset/clip.ts';
import type { ClipRecogniser } from '../../../model/recogniser.ts';
import { scanLabelledFolder } from '../../../training/scan-folder.ts';
import type { TeachComparison } from '../../contract/teach-schemas.ts';

/**
 * How two models do on the same clips, each heard as a live window would be. A word that a model does not know is a word
 * it gets wrong.
 *
 * @param folder  of labelled folders
 * @throws {HeedError} wav-format, file-unreadable; what listing the folder says
 */
export async function compareModels(
  before: ClipRecogniser,
  after: ClipRecogniser,
  folder: string,
): Promise<Omit<TeachComparison, 'improved'>> {
  const words = new Map<string, TeachComparison['words'][number]>();
  const { clips } = (await stat(folder).catch(() => undefined)) ? await scanLabelledFolder(folder) : { clips: [] };
  for (const { word, path, fileName } of clips) {
    const samples = await decodeRecording(await readFile(path), fileName);
    const sound = { samples, sampleRateHz: HEED_SAMPLE_RATE_HZ };
    const row = words.get(word) ?? emptyRow(word, before.model.labels.includes(word));
    words.set(word, {
      ...row,
      clips: row.clips + 1,
      oldRight: row.oldRight + Number((await before.classifySound(sound)).label === word),
      newRight: row.newRight + Number((await after.classifySound(sound)).label === word),
    });
    await setImmediate(); // live sound comes first
  }
  const rows = [...words.values()];
  const sum = (key: 'clips' | 'oldRight' | 'newRight'): number => rows.reduce((total, row) => total + row[key], 0);
  return { clips: sum('clips'), oldRight: sum('oldRight'), newRight: sum('newRight'), words: rows };
}

function emptyRow(label: string, oldKnows: boolean): TeachComparison['words'][number] {
  return { label, clips: 0, oldRight: 0, newRight: 0, oldKnows };
}
