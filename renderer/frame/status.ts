import type { CaptureState } from '../capture/state.ts';
import { strings } from '../strings.ts';

/** How things stand, in the two or three words of the header and the window's title. */
export function statusText(state: CaptureState): string {
  return state.problem
    ? strings.problems[state.problem.kind].status
    : strings.phase[state.phase as keyof typeof strings.phase];
}
