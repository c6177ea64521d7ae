import { Button } from 'react-aria-components';
import { useEffect } from 'react';
import type { TeachStatus } from '../../src/engine/contract/teach-schemas.ts';
import { asHeedError } from '../../src/errors.ts';
import { EmptyScreen } from '../frame/empty-screen.tsx';
import { WarningIcon } from '../frame/icons.tsx';
import { ScreenProblem } from '../frame/screen-problem.tsx';
import { useKeptFocus } from '../frame/use-kept-focus.ts';
import type { ScreenProps } from '../screens.ts';
import { useStore } from '../store.ts';
import { strings } from '../strings.ts';
import { useStudio } from '../studio/studio-context.ts';
import { LessonEnd } from './lesson-end.tsx';
import { LessonPlan } from './lesson-plan.tsx';
import { LessonProgress } from './lesson-progress.tsx';
import './teach-screen.css';

/** One column: what will be learned, how it goes, and what came of it. */
export function TeachScreen({ onScreen }: ScreenProps) {
  const { teach } = useStudio();
  const status = useStore(teach.status);
  const plan = useStore(teach.plan);
  const problem = useStore(teach.problem);
  const screen = useKeptFocus(status?.phase);
  // Models may have changed since it was last shown.
  useEffect(() => void teach.refresh(), [teach]);
  // A lesson under way needs no plan: it has its own.
  if (!status || (status.phase === 'none' && !plan))
    return problem === undefined ? (
      <main className="teach" aria-busy="true" />
    ) : (
      <ScreenProblem error={problem} onRetry={() => void teach.refresh()} onScreen={onScreen} />
    );
  if (status.phase === 'none' && plan?.problem === 'no-takes' && !status.used)
    return <EmptyScreen {...strings.empty.teach} onAction={() => onScreen('words')} />;
  return (
    <main className="teach" ref={screen} tabIndex={-1}>
      <h1>{strings.teach.title}</h1>
      {status.used && status.phase === 'none' && <Used used={status.used} />}
      {problem !== undefined && (
        <p className="teach-refusal" role="alert">
          <WarningIcon />
          {asHeedError(problem).message}
        </p>
      )}
      {status.phase === 'none' && plan && <LessonPlan plan={plan} onWords={() => onScreen('words')} />}
      {(status.phase === 'learning' || status.phase === 'paused' || status.phase === 'interrupted') && (
        <LessonProgress status={status} />
      )}
      {(status.phase === 'done' || status.phase === 'failed') && <LessonEnd status={status} />}
    </main>
  );
}

function Used({ used }: { used: NonNullable<TeachStatus['used']> }) {
  const { teach } = useStudio();
  const busy = useStore(teach.busy);
  return (
    <p className="teach-used" role="status">
      {strings.teach.used.sentence(used.modelId)}
      <Button className="button" isDisabled={busy} onPress={() => void teach.rollback()}>
        {strings.teach.used.back(used.previousModelId)}
      </Button>
    </p>
  );
}
