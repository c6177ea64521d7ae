import { Button } from 'react-aria-components';
import type { CaptureState, Problem } from '../capture/state.ts';
import { WarningIcon } from '../frame/icons.tsx';
import { displayLabel, formatClock, formatPercent } from '../format.ts';
import type { ScreenProps } from '../screens.ts';
import { useStore } from '../store.ts';
import { SILENCE, strings, UNKNOWN } from '../strings.ts';
import { useStudio } from '../studio/studio-context.ts';
import { Correction } from './correction.tsx';
import './heard-word.css';

/** The one thing to read from across the desk: the newest word, or why there is none. Its height never changes. */
export function HeardWord({ onScreen }: ScreenProps) {
  const { listener } = useStudio();
  const state = useStore(listener.state);
  return (
    <section className="heard" data-phase={state.phase}>
      {state.problem ? (
        <ProblemText
          problem={state.problem}
          onRetry={() => void listener.start()}
          onModels={() => onScreen('models')}
        />
      ) : (
        <Word state={state} />
      )}
    </section>
  );
}

function Word({ state }: { state: CaptureState }) {
  const studio = useStudio();
  const heard = useStore(studio.heard);
  const vocabulary = useStore(studio.vocabulary);
  if (state.phase === 'asleep') return <p className="heard-line">{strings.listen.asleep}</p>;
  if (state.phase === 'starting') return <p className="heard-line">{strings.listen.starting}</p>;
  const words = (vocabulary?.labels ?? []).filter((label) => label !== SILENCE && label !== UNKNOWN);
  return (
    <>
      {/* A new key starts the fading anew, also where the same word is heard again. */}
      <p key={heard?.id ?? 'none'} className="heard-word" data-testid="heard-word">
        {heard ? displayLabel(heard.label) : ''}
      </p>
      {heard ? (
        <>
          <p className="heard-detail">
            {formatPercent(heard.score)} · {formatClock(heard.at)}
          </p>
          <Correction heard={heard} />
        </>
      ) : (
        <>
          <p className="heard-line">{strings.listen.waiting}</p>
          <p className="heard-detail heard-words">{strings.listen.words(words)}</p>
        </>
      )}
    </>
  );
}

interface ProblemTextProps {
  readonly problem: Problem;
  readonly onRetry: () => void;
  readonly onModels: () => void;
}

function ProblemText({ problem, onRetry, onModels }: ProblemTextProps) {
  const text = strings.problems[problem.kind];
  return (
    <div className="problem" role="alert" data-testid="problem">
      <p className="problem-title">
        <WarningIcon />
        {text.title}
      </p>
      {/* The engine's own sentences say what is safe and what to do; the system's only what happened. */}
      {problem.detail !== undefined && <p className="problem-advice">{problem.detail}</p>}
      <p className="problem-advice">{text.advice}</p>
      {problem.kind === 'model' ? (
        <Button className="button" onPress={onModels}>
          {strings.listen.chooseModel}
        </Button>
      ) : (
        <Button className="button" onPress={onRetry}>
          {strings.listen.retry}
        </Button>
      )}
    </div>
  );
}
