/**
 * Whether Heed listens, as a pure state machine:
 *
 *     asleep → starting → listening ⇄ problem(silent | engine-lost)
 *                   ↘ problem(denied | missing | busy | model | refused)      listening → problem(lost)
 *
 * Opening a microphone and a session takes time and may be overtaken by the user. So each attempt has a number, and
 * news of an attempt that is over changes nothing.
 */

export type ProblemKind = 'denied' | 'missing' | 'busy' | 'lost' | 'silent' | 'engine-lost' | 'model' | 'refused';

export interface Problem {
  readonly kind: ProblemKind;
  /** The engine's or the system's own sentence, where it says more than the kind does. */
  readonly detail?: string;
}

/** Who says that there is only silence: the system that muted the track, or the engine that hears zeros. */
export type SilenceSource = 'track' | 'engine';

export interface CaptureState {
  readonly phase: 'asleep' | 'starting' | 'listening' | 'problem';
  /** Set exactly in the phase `problem`. */
  readonly problem?: Problem;
  /** Counts attempts to listen; news carry the number of the attempt they are about. */
  readonly attempt: number;
  readonly silentSources: readonly SilenceSource[];
}

export type CaptureEvent =
  | { readonly type: 'start' }
  | { readonly type: 'stop' }
  | { readonly type: 'opened'; readonly attempt: number }
  | { readonly type: 'failed'; readonly attempt: number; readonly problem: Problem }
  | {
      readonly type: 'silence';
      readonly attempt: number;
      readonly source: SilenceSource;
      readonly silent: boolean;
    };

export const ASLEEP: CaptureState = Object.freeze({ phase: 'asleep', attempt: 0, silentSources: [] });

/** The state after an event; the same object where the event changes nothing. */
export function reduceCapture(state: CaptureState, event: CaptureEvent): CaptureState {
  switch (event.type) {
    case 'start':
      return { phase: 'starting', attempt: state.attempt + 1, silentSources: [] };
    case 'stop':
      if (state.phase === 'asleep') return state;
      return { phase: 'asleep', attempt: state.attempt + 1, silentSources: [] };
    case 'opened':
      if (event.attempt !== state.attempt || state.phase !== 'starting') return state;
      return settle(state);
    case 'failed':
      if (event.attempt !== state.attempt || state.phase === 'asleep') return state;
      return { phase: 'problem', problem: event.problem, attempt: state.attempt, silentSources: [] };
    case 'silence':
      return event.attempt === state.attempt ? withSilence(state, event.source, event.silent) : state;
  }
}

/** Sound goes to the engine, or would as soon as there is any. */
export function isCapturing(state: CaptureState): boolean {
  return state.phase === 'listening' || state.problem?.kind === 'silent';
}

/** The user wants Heed to listen, whether or not it can: what the start button turns off. */
export function isAwake(state: CaptureState): boolean {
  return (
    state.phase === 'starting' ||
    isCapturing(state) ||
    // These mend themselves, so the button must be able to call it off.
    state.problem?.kind === 'engine-lost' ||
    state.problem?.kind === 'missing' ||
    state.problem?.kind === 'lost'
  );
}

function withSilence(state: CaptureState, source: SilenceSource, silent: boolean): CaptureState {
  if (state.silentSources.includes(source) === silent) return state;
  const silentSources = silent
    ? [...state.silentSources, source]
    : state.silentSources.filter((other) => other !== source);
  const next = { ...state, silentSources };
  return isCapturing(state) ? settle(next) : next;
}

function settle(state: CaptureState): CaptureState {
  const { attempt, silentSources } = state;
  if (silentSources.length > 0) return { phase: 'problem', problem: { kind: 'silent' }, attempt, silentSources };
  return { phase: 'listening', attempt, silentSources };
}
