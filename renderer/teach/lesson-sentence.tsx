import type { TeachPlan } from '../../src/engine/contract/teach-schemas.ts';
import { strings } from '../strings.ts';

/** What is taught, from which model, with how much: in one sentence. */
export function LessonSentence({ plan, isUnderWay }: { plan: TeachPlan; isUnderWay: boolean }) {
  const { adapt, adapting, scratch, scratching } = strings.teach.sentence;
  const words = plan.words.map(({ label }) => label);
  return (
    <p className="teach-sentence">
      {plan.settings.method === 'adapt'
        ? (isUnderWay ? adapting : adapt)(plan.fromModelId, words, plan.takeCount)
        : (isUnderWay ? scratching : scratch)(words, plan.takeCount)}
    </p>
  );
}
