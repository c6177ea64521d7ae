import { Button, ProgressBar } from 'react-aria-components';
import type { TeachStatus } from '../../src/engine/contract/teach-schemas.ts';
import { displayLabel, formatPercent } from '../format.ts';
import { useStore } from '../store.ts';
import { strings } from '../strings.ts';
import { useStudio } from '../studio/studio-context.ts';
import { LessonCurves } from './lesson-curves.tsx';
import { LessonSentence } from './lesson-sentence.tsx';
import { lessonStage } from './lesson-stage.ts';
import { Readiness } from './readiness.tsx';

/** A lesson under way, or paused: how far it is, how well it goes, word by word. */
export function LessonProgress({ status }: { status: TeachStatus }) {
  const { plan, epochs, phase } = status;
  if (!plan) return null;
  const stage = lessonStage(status);
  const newest = epochs.at(-1);
  return (
    <>
      <LessonSentence plan={plan} isUnderWay />
      <ProgressBar className="teach-progress" value={100 * stage.share} aria-label={strings.teach.progress}>
        <div className="teach-progress-track">
          <div className="teach-progress-fill" style={{ width: `${100 * stage.share}%` }} data-phase={phase} />
        </div>
        <p className="teach-progress-text">
          <span data-testid="lesson-stage">{stage.text}</span>
          <span>{stage.timeLeft}</span>
        </p>
      </ProgressBar>
      <LessonActions status={status} />
      <ul className="teach-words" aria-label={strings.teach.words}>
        {plan.words.map(({ label }) => {
          const share = newest?.heldOutPerWord[label];
          return (
            <Readiness
              key={label}
              word={displayLabel(label)}
              share={share}
              detail={share === undefined ? '' : formatPercent(share)}
            />
          );
        })}
      </ul>
      <LessonCurves epochs={epochs} passes={newest?.epochs ?? 2} />
    </>
  );
}

function LessonActions({ status: { phase, plan } }: { status: TeachStatus }) {
  const { teach } = useStudio();
  const busy = useStore(teach.busy);
  const text = strings.teach;
  return (
    <div className="teach-actions">
      {phase === 'learning' ? (
        <Button className="button" isDisabled={busy} onPress={() => void teach.pause()}>
          {busy ? text.pausing : text.pause}
        </Button>
      ) : (
        <Button className="button main" isDisabled={busy} onPress={() => void teach.resume()}>
          {text.resume}
        </Button>
      )}
      <Button className="button" isDisabled={busy} onPress={() => void teach.cancel()}>
        {text.cancel}
      </Button>
      <span className="teach-note" role="status">
        {phase === 'paused'
          ? text.paused[plan!.settings.method]
          : phase === 'interrupted'
            ? text.interrupted[plan!.settings.method]
            : text.oldListens(plan!.fromModelId)}
      </span>
    </div>
  );
}
