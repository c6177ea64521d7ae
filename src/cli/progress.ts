import type { Progress } from '../engine/contract/schemas.ts';
import { duration } from './format.ts';
import type { Terminal } from './terminal.ts';

/**
 * Shows how long work gets on: a line that is overwritten on a screen; elsewhere one line per stage. What comes without
 * steps to count is a message, and is always said.
 */
export function showProgress(terminal: Terminal): (progress: Progress) => void {
  let stageSaid = '';
  return ({ stage, done, total, remainingMs }) => {
    if (total === 0 || (!terminal.isLive && stage !== stageSaid)) terminal.say(stage);
    stageSaid = stage;
    if (total === 0) return;
    const left = remainingMs === null ? '' : `, ${duration(remainingMs)} left`;
    terminal.status(`${stage}: ${done} of ${total}${left}`);
  };
}
