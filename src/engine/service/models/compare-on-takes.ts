import { setImmediate } from 'node:timers/promises';
import type { CancelSignal } from '../../../cancel.ts';
import { BACKGROUND_FOLDER } from '../../../dataset/labels.ts';
import { HeedError } from '../../../errors.ts';
import { UNKNOWN_LABEL } from '../../../model/model.ts';
import type { ClipRecogniser } from '../../../model/recogniser.ts';
import type { TakesStore } from '../../../store/takes/takes-store.ts';
import type { ModelComparison } from '../../contract/models-calls.ts';

/** The part of a comparison that does not depend on the models' names. */
type Counts = Omit<ModelComparison, 'modelIds'>;

/**
 * Tries two models on every take that counts, each heard as a live window would be. Background noise is left out, since
 * it is no clip of anything.
 *
 * @param onProgress  told how many of how many takes were heard
 * @throws {HeedError} dataset where there is no take to hear; cancelled
 */
export async function compareOnTakes(
  recognisers: readonly [ClipRecogniser, ClipRecogniser],
  takes: TakesStore,
  onProgress: (done: number, total: number) => void,
  signal: CancelSignal,
): Promise<Counts> {
  const clips = (await takes.listTakes()).filter(({ leftOut, label }) => !leftOut && label !== BACKGROUND_FOLDER);
  if (clips.length === 0)
    throw new HeedError('dataset', 'There are no takes to compare on yet; record or import some of each word first.');
  const words = new Map<string, Counts['words'][number]>();
  const skipped: Counts['skipped'] = [];
  for (const [done, { id, label }] of clips.entries()) {
    onProgress(done, clips.length);
    if (signal.aborted) throw new HeedError('cancelled', 'The comparison was cancelled; nothing was changed.');
    try {
      const sound = await takes.trimmedSound(id);
      const right = await Promise.all(
        recognisers.map(async (each) => (await each.classifySound(sound)).label === label),
      );
      const row = words.get(label) ?? { label, takeCount: 0, right: [0, 0], known: knownTo(recognisers, label) };
      words.set(label, {
        ...row,
        takeCount: row.takeCount + 1,
        right: [row.right[0] + Number(right[0]), row.right[1] + Number(right[1])],
      });
    } catch (error) {
      if (!(error instanceof HeedError)) throw error;
      skipped.push({ file: `${label}/${id}.wav`, reason: error.message });
    }
    await setImmediate(); // live sound comes first
  }
  onProgress(clips.length, clips.length);
  const rows = [...words.values()].sort(
    (a, b) => Number(a.label === UNKNOWN_LABEL) - Number(b.label === UNKNOWN_LABEL),
  );
  const sum = (value: (row: Counts['words'][number]) => number): number =>
    rows.reduce((all, row) => all + value(row), 0);
  return {
    takeCount: sum((row) => row.takeCount),
    right: [sum((row) => row.right[0]), sum((row) => row.right[1])],
    words: rows,
    skipped,
  };
}

function knownTo([first, second]: readonly [ClipRecogniser, ClipRecogniser], label: string): [boolean, boolean] {
  return [first.model.labels.includes(label), second.model.labels.includes(label)];
}
