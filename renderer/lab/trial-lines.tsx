import type { TrialNews, TrialRecord } from '../../src/engine/contract/search-calls.ts';
import { formatShare } from '../format.ts';
import { strings } from '../strings.ts';
import { timeLeft } from '../teach/time-left.ts';

const text = strings.lab.search;

/** A line for each trial that ended, the newest first: what it tried, what it came to, and the time left then. */
export function TrialLines({ trials }: { readonly trials: readonly TrialNews[] }) {
  return (
    <ol className="lab-trials" aria-label={text.ended} reversed>
      {trials
        .map(({ record, done, total, best, remainingMs }) => (
          <li key={record.id} value={done}>
            <span>{text.trial(done, total)}</span>
            <span className="lab-trial-values">{valuesOf(record)}</span>
            <span>
              {endOf(record)}
              {best && `, ${text.isBest}`}
            </span>
            <span className="lab-hint">{remainingMs === null || done === total ? '' : timeLeft(remainingMs)}</span>
          </li>
        ))
        .reverse()}
    </ol>
  );
}

/** What a trial tried: "hidden 64, batch 32". */
export function valuesOf({ values }: TrialRecord): string {
  return Object.entries(values)
    .map(([name, value]) => `${name} ${value}`)
    .join(', ');
}

/** What a trial came to. */
export function endOf({ outcome }: TrialRecord): string {
  return outcome.status === 'finished' ? text.finished(formatShare(outcome.accuracy)) : text.outcomes[outcome.status];
}
