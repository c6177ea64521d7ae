import { Button } from 'react-aria-components';
import type { TeachStatus } from '../../src/engine/contract/teach-schemas.ts';
import { WarningIcon } from '../frame/icons.tsx';
import { useStore } from '../store.ts';
import { strings } from '../strings.ts';
import { useStudio } from '../studio/studio-context.ts';
import { LessonComparison } from './lesson-comparison.tsx';
import { LessonCurves } from './lesson-curves.tsx';

/** What came of a lesson: a new model to decide on, or why there is none. */
export function LessonEnd({ status: { phase, comparison, plan, epochs, failure } }: { status: TeachStatus }) {
  const { teach } = useStudio();
  const busy = useStore(teach.busy);
  const text = strings.teach;
  if (phase === 'failed')
    return (
      <>
        <div className="teach-problem" role="alert">
          <p className="teach-sentence teach-failure">
            <WarningIcon />
            {text.failed}
          </p>
          <p>{failure}</p>
        </div>
        <div className="teach-actions">
          <Button className="button main" isDisabled={busy} onPress={() => void teach.start()}>
            {text.again}
          </Button>
          <Button className="button" isDisabled={busy} onPress={() => void teach.cancel()}>
            {text.dismiss}
          </Button>
        </div>
      </>
    );
  const { oldRight, newRight, improved } = comparison ?? { oldRight: 0, newRight: 0, improved: true };
  const isWorse = !improved || newRight < oldRight;
  return (
    <>
      <p className="teach-sentence" role="status">
        {improved ? text.done.title : text.done.nothingNew}
      </p>
      {comparison && plan && <LessonComparison comparison={comparison} oldModel={plan.fromModelId} />}
      <div className="teach-actions">
        {improved && (
          <Button className={isWorse ? 'button' : 'button main'} isDisabled={busy} onPress={() => void teach.use()}>
            {text.done.use}
          </Button>
        )}
        <Button className={isWorse ? 'button main' : 'button'} isDisabled={busy} onPress={() => void teach.discard()}>
          {text.done.keep}
        </Button>
      </div>
      <LessonCurves epochs={epochs} passes={epochs.at(-1)?.epochs ?? 2} />
    </>
  );
}
