import { FEWEST_TO_HOLD_OUT, heldOutCount } from '../../../dataset/hold-out.ts';
import { BACKGROUND_FOLDER } from '../../../dataset/labels.ts';
import { type Model, SILENCE_LABEL, UNKNOWN_LABEL } from '../../../model/model.ts';
import type { TeachPlan, TeachSettings, TeachWord } from '../../contract/teach-schemas.ts';
import type { LessonTake } from './lesson-take.ts';

/** What a lesson would teach: the words with enough takes, and those that wait for more. */
export function planLesson(
  takes: readonly LessonTake[],
  settings: TeachSettings,
  from: { readonly id: string; readonly model: Pick<Model, 'labels' | 'states'> },
): TeachPlan {
  const counts = new Map<string, number>();
  for (const { label } of takes) counts.set(label, (counts.get(label) ?? 0) + 1);
  const all = [...counts]
    .filter(([label]) => isWord(label))
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([label, count]): TeachWord => {
      const missing = Math.max(0, FEWEST_TO_HOLD_OUT - count);
      const isNew = !from.model.labels.includes(label);
      return { label, takes: count, heldOut: heldOutCount(count, settings.heldOutShare), missing, isNew };
    });
  const words = all.filter(({ missing }) => missing === 0);
  const negativeCount = counts.get(UNKNOWN_LABEL) ?? 0;
  const onlyOne = settings.method === 'scratch' && words.length === 1 && negativeCount === 0;
  return {
    settings,
    fromModelId: from.id,
    words,
    waiting: all.filter(({ missing }) => missing > 0),
    atRisk: settings.method === 'adapt' && !from.model.states ? otherWords(from.model, words) : [],
    negativeCount,
    takeCount: words.reduce((sum, word) => sum + word.takes, 0),
    problem: all.length === 0 ? 'no-takes' : words.length === 0 ? 'too-few-takes' : onlyOne ? 'one-word' : null,
  };
}

function otherWords({ labels }: Pick<Model, 'labels'>, taught: readonly TeachWord[]): string[] {
  return labels.filter((label) => isWord(label) && !taught.some((word) => word.label === label));
}

function isWord(label: string): boolean {
  return label !== UNKNOWN_LABEL && label !== SILENCE_LABEL && label !== BACKGROUND_FOLDER;
}
