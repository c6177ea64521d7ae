import { Button } from 'react-aria-components';
import type { TeachPlan } from '../../src/engine/contract/teach-schemas.ts';
import { TAKES_WANTED } from '../../src/engine/contract/words-schemas.ts';
import { WarningIcon } from '../frame/icons.tsx';
import { useStore } from '../store.ts';
import { strings } from '../strings.ts';
import { useStudio } from '../studio/studio-context.ts';
import { LessonSentence } from './lesson-sentence.tsx';
import { Readiness } from './readiness.tsx';
import { TeachMore } from './teach-more.tsx';

/** What a lesson would teach, and the way to begin it; or what it lacks. */
export function LessonPlan({ plan, onWords }: { plan: TeachPlan; onWords: () => void }) {
  const { teach } = useStudio();
  const busy = useStore(teach.busy);
  const text = strings.teach;
  return (
    <>
      {plan.problem ? (
        <div className="teach-problem">
          <p className="teach-sentence">{text.problems[plan.problem].title}</p>
          <p>{text.problems[plan.problem].advice}</p>
        </div>
      ) : (
        <LessonSentence plan={plan} isUnderWay={false} />
      )}
      {plan.words.length > 0 && (
        <ul className="teach-words" aria-label={text.words}>
          {plan.words.map(({ label, takes, heldOut }) => (
            <Readiness
              key={label}
              word={label}
              share={undefined}
              detail={[text.takesOf(takes, heldOut), ...(takes < TAKES_WANTED ? [text.fewTakes] : [])].join(', ')}
            />
          ))}
        </ul>
      )}
      {plan.waiting.length > 0 && (
        <p className="teach-waiting">
          {text.waiting(plan.waiting.map(({ label, missing }) => text.needs(label, missing)))}
        </p>
      )}
      {!plan.problem && plan.atRisk.length > 0 && (
        <p className="teach-at-risk">
          <WarningIcon />
          {text.atRisk(plan.fromModelId, plan.atRisk)}
        </p>
      )}
      <div className="teach-actions">
        {plan.problem ? (
          <Button className="button main" onPress={onWords}>
            {text.toWords}
          </Button>
        ) : (
          <>
            <Button className="button main" isDisabled={busy} onPress={() => void teach.start()}>
              {text.start}
            </Button>
            <span className="teach-note">{text.oldListens(plan.fromModelId)}</span>
          </>
        )}
      </div>
      <TeachMore />
    </>
  );
}
