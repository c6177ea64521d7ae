import { takeFlaws } from '../../../audio/take-quality.ts';
import { HEED_SAMPLE_RATE_HZ } from '../../../audio/sound.ts';
import { NEVER_FIRES } from '../../../model/model.ts';
import type { TakeBadge } from '../../../store/takes/take.ts';
import { RESERVED_LABELS } from '../../../store/takes/word-label.ts';
import type { LoadedModel } from '../model-library.ts';

/** A model this sure of another word is worth a word of warning. */
const SURE = 0.8;

/**
 * What may be wrong with a take of a word: its sound, and what the model in use makes of it. Other words and background
 * noise are as they are.
 *
 * @param samples  16 kHz
 * @param model  gives the model in use; where that fails, only the sound is looked at
 */
export async function checkTake(
  label: string,
  samples: Float32Array,
  model: () => Promise<LoadedModel>,
): Promise<TakeBadge[]> {
  if (RESERVED_LABELS.includes(label)) return [];
  const badges: TakeBadge[] = takeFlaws(samples).map((kind) => ({ kind }));
  const heard = await heardWord(samples, model).catch(() => undefined);
  if (heard !== undefined && heard !== label) badges.push({ kind: 'sounds-like', word: heard });
  return badges;
}

/** The word that the model is sure to hear, if any. */
async function heardWord(samples: Float32Array, get: () => Promise<LoadedModel>): Promise<string | undefined> {
  const { model, recogniser } = await get();
  const { label, score } = await recogniser.classifySound({ samples, sampleRateHz: HEED_SAMPLE_RATE_HZ });
  const isWord = model.decision.thresholds[model.labels.indexOf(label)]! < NEVER_FIRES;
  return isWord && score >= SURE ? label : undefined;
}
