import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { writeAtomically } from '../../../atomic-write.ts';
import { HEED_SAMPLE_RATE_HZ } from '../../../audio/sound.ts';
import { writeWav } from '../../../audio/wav-write.ts';
import { BACKGROUND_FOLDER } from '../../../dataset/labels.ts';
import { chooseHeldOut } from '../../../dataset/hold-out.ts';
import { SILENCE_LABEL, UNKNOWN_LABEL } from '../../../model/model.ts';
import { JsonFile } from '../../../store/json-file.ts';
import { teachComparison, teachEpoch, teachPlan, type TeachPlan } from '../../contract/teach-schemas.ts';
import type { LessonTake, TakeSource } from './lesson-take.ts';

const lessonRecord = z.object({
  phase: z.enum(['learning', 'paused', 'done', 'failed']),
  plan: teachPlan,
  heldOutIds: z.array(z.string()),
  epochs: z.array(teachEpoch),
  comparison: teachComparison.nullable(),
  failure: z.string().nullable(),
});
/** A lesson as it stands on disk. */
export type LessonRecord = z.output<typeof lessonRecord>;

const usedRecord = z.object({
  modelId: z.string(),
  previousModelId: z.string(),
  at: z.number(),
  /** The takes on which it was compared with the previous one. */
  heldOutIds: z.array(z.string()),
});
export type UsedRecord = z.output<typeof usedRecord>;

/**
 * The lesson's own folder, `teach` in the user's data: a copy of the takes as they were when it began, so that it can go
 * on whatever becomes of them; its record; the model it makes, with its checkpoint. All of it goes with the lesson, but
 * for the record of the last model that was put to use.
 */
export class LessonFolder {
  readonly trainFolder: string;
  readonly heldOutFolder: string;
  /** The model that the lesson makes. */
  readonly candidate: string;
  readonly record: JsonFile<LessonRecord | null>;
  readonly used: JsonFile<UsedRecord | null>;
  readonly #takesFolder: string;

  constructor(home: string, say: (message: string) => void) {
    const folder = join(home, 'teach');
    this.#takesFolder = join(folder, 'takes');
    this.trainFolder = join(this.#takesFolder, 'train');
    this.heldOutFolder = join(this.#takesFolder, 'held-out');
    this.candidate = join(folder, 'candidate.onnx');
    this.record = new JsonFile({
      path: join(folder, 'lesson.json'),
      name: 'The lesson',
      initial: null,
      parse: (value) => lessonRecord.nullable().parse(value),
      onBroken: say,
    });
    this.used = new JsonFile({
      path: join(folder, 'used.json'),
      name: 'Which model you use',
      initial: null,
      parse: (value) => usedRecord.nullable().parse(value),
      onBroken: say,
    });
  }

  /**
   * Copies the takes of a plan, each to the side it belongs to.
   * @returns the ids of those held out
   * @throws {HeedError} file-unwritable; what reading a take says
   */
  async fill(plan: TeachPlan, takes: readonly LessonTake[], source: TakeSource): Promise<string[]> {
    await this.empty();
    const words = new Set(plan.words.map(({ label }) => label));
    const heldOutIds: string[] = [];
    for (const label of new Set(takes.map((take) => take.label))) {
      const isNoise = label === BACKGROUND_FOLDER;
      if (!words.has(label) && label !== UNKNOWN_LABEL && label !== SILENCE_LABEL && !isNoise) continue;
      const ids = takes.filter((take) => take.label === label).map(({ id }) => id);
      const heldOut = isNoise ? new Set() : chooseHeldOut(ids, plan.settings.heldOutShare);
      for (const id of ids) {
        const isHeldOut = heldOut.has(id);
        if (isHeldOut) heldOutIds.push(id);
        const wav = writeWav(
          { samples: await source.samples(id), sampleRateHz: HEED_SAMPLE_RATE_HZ },
          { bitsPerSample: 16 },
        );
        const folder = isHeldOut ? this.heldOutFolder : this.trainFolder;
        await writeAtomically(join(folder, label, `${id}.wav`), wav, 'The lesson');
      }
    }
    return heldOutIds;
  }

  /** Forgets the lesson. The record goes first: what is left of a torn removal is nobody's. */
  async empty(): Promise<void> {
    await this.record.update(() => null);
    for (const path of [this.#takesFolder, this.candidate, `${this.candidate}.checkpoint`])
      await rm(path, { recursive: true, force: true });
  }
}
