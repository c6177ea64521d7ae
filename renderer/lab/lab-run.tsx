import { Button, ProgressBar } from 'react-aria-components';
import type { LabJob, LabKind, LabRunning } from '../../src/engine/contract/studio-lab-schemas.ts';
import { WarningIcon } from '../frame/icons.tsx';
import { useStore } from '../store.ts';
import { strings } from '../strings.ts';
import { useStudio } from '../studio/studio-context.ts';
import { timeLeft } from '../teach/time-left.ts';
import { placeOf, type ShownResult } from './lab.ts';

const text = strings.lab;

interface LabRunProps {
  readonly kind: LabKind;
  /** What is run; undefined where something is missing for it. */
  readonly job: () => LabJob | undefined | Promise<LabJob>;
  readonly isReady?: boolean;
  /** "Run" unless another word says it better. */
  readonly label?: string;
}

/** Starts an experiment, shows how far it is, stops it, and says what went wrong. */
export function LabRun({ kind, job, isReady = true, label }: LabRunProps) {
  const { lab, complain } = useStudio();
  const running = useStore(lab.running);
  const isStopping = useStore(lab.isStopping);
  const failure = useStore(lab.failures)[kind];
  const shown = useStore(lab.results)[kind];
  const isRunning = running?.kind === kind;
  async function start(): Promise<void> {
    try {
      const wanted = await job();
      if (wanted) await lab.start(wanted);
    } catch (error) {
      // A file that was chosen may have gone.
      complain(error);
    }
  }
  return (
    <div className="lab-run">
      <div className="lab-actions">
        {isRunning ? (
          <Button className="button" isDisabled={isStopping} onPress={() => void lab.stop()}>
            {isStopping ? text.stopping : text.stop}
          </Button>
        ) : (
          <Button className="button main" isDisabled={!isReady || running !== null} onPress={() => void start()}>
            {label ?? (shown ? text.runAgain : text.run)}
          </Button>
        )}
        {running && !isRunning && <p className="lab-hint">{text.otherRuns(nameOf(running.kind))}</p>}
      </div>
      {isRunning && <LabProgressBar running={running} />}
      {failure !== undefined && (
        // Below the button there may be no room left in a small window.
        <p className="lab-failure" role="alert" ref={(shown) => shown?.scrollIntoView({ block: 'nearest' })}>
          <WarningIcon />
          {failure}
        </p>
      )}
    </div>
  );
}

/** Where an experiment stands: its stage, how much of it is done, the time left. */
export function LabProgressBar({ running: { progress, trials } }: { readonly running: LabRunning }) {
  const trial = trials.at(-1);
  const { done, total, remainingMs } = trial ?? progress ?? { done: 0, total: 0, remainingMs: null };
  const stage = trial
    ? text.search.trial(trial.done, trial.total)
    : progress === null
      ? text.starting
      : progress.total === 0
        ? progress.stage
        : text.stage(progress.stage, progress.done, progress.total);
  const isCounted = total > 0;
  const share = isCounted ? done / total : 0;
  return (
    <ProgressBar
      className="teach-progress"
      aria-label={text.progress}
      value={100 * share}
      isIndeterminate={!isCounted}
      valueLabel={stage}
    >
      <div className="teach-progress-track">
        <div className="teach-progress-fill" style={{ width: `${100 * share}%` }} data-phase="learning" />
      </div>
      <p className="teach-progress-text">
        <span data-testid="lab-stage">{stage}</span>
        {isCounted && <span>{timeLeft(remainingMs)}</span>}
      </p>
    </ProgressBar>
  );
}

/** Where a result came from if not from a run here, and the way to keep it. */
export function ResultActions({ shown: { result, fileName } }: { readonly shown: ShownResult }) {
  const { lab } = useStudio();
  return (
    <div className="lab-actions">
      {fileName !== undefined && <p className="lab-hint">{text.opened(fileName)}</p>}
      <Button className="button" onPress={() => lab.save(result)}>
        {text.save}
      </Button>
    </div>
  );
}

function nameOf(kind: LabKind): string {
  const { page, example } = placeOf(kind);
  return example ? text.examples.names[example] : text.pages[page];
}
