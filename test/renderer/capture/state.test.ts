import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  ASLEEP,
  type CaptureEvent,
  type CaptureState,
  isAwake,
  type ProblemKind,
  reduceCapture,
} from '../../../renderer/capture/state.ts';

const after = (...events: CaptureEvent[]): CaptureState => events.reduce(reduceCapture, ASLEEP);
const START: CaptureEvent = { type: 'start' };
const OPENED: CaptureEvent = { type: 'opened', attempt: 1 };
const silence = (source: 'track' | 'engine', silent: boolean): CaptureEvent => ({
  type: 'silence',
  attempt: 1,
  source,
  silent,
});

describe('the states of listening', () => {
  it('goes from asleep over starting to listening, and back to sleep', () => {
    expect(after(START).phase).toBe('starting');
    expect(after(START, OPENED).phase).toBe('listening');
    expect(after(START, OPENED, { type: 'stop' }).phase).toBe('asleep');
  });

  it('does not begin to listen when the user stopped while the microphone was opening', () => {
    expect(after(START, { type: 'stop' }, OPENED).phase).toBe('asleep');
  });

  it('takes no news of an attempt that was overtaken by another', () => {
    const second = after(START, START);
    expect(reduceCapture(second, OPENED)).toBe(second);
    expect(reduceCapture(second, { type: 'failed', attempt: 1, problem: { kind: 'lost' } })).toBe(second);
  });

  it.each<ProblemKind>(['denied', 'missing', 'busy', 'model', 'refused', 'lost', 'engine-lost'])(
    'shows a problem of kind %s, and can be started again from it',
    (kind) => {
      const failed = after(START, { type: 'failed', attempt: 1, problem: { kind } });
      expect(failed.problem?.kind).toBe(kind);
      expect(reduceCapture(failed, START).phase).toBe('starting');
    },
  );

  it('is silent until both the track and the engine give sound again', () => {
    const silent = after(START, OPENED, silence('track', true), silence('engine', true));
    expect(silent.problem?.kind).toBe('silent');
    const half = reduceCapture(silent, silence('engine', false));
    expect(half.problem?.kind).toBe('silent');
    expect(reduceCapture(half, silence('track', false)).phase).toBe('listening');
  });

  it('remembers that the track was muted before the session opened', () => {
    expect(after(START, silence('track', true), OPENED).problem?.kind).toBe('silent');
  });

  it('does not let silence hide a problem that is worse', () => {
    const failed = after(START, OPENED, { type: 'failed', attempt: 1, problem: { kind: 'lost' } });
    expect(reduceCapture(failed, silence('engine', true)).problem?.kind).toBe('lost');
  });

  it('can be called off while it waits for what mends itself, and not where only the user can help', () => {
    const failed = (kind: ProblemKind): CaptureState => after(START, { type: 'failed', attempt: 1, problem: { kind } });
    expect(['engine-lost', 'lost', 'missing'].map((kind) => isAwake(failed(kind as ProblemKind)))).not.toContain(false);
    expect(['denied', 'busy', 'model', 'refused'].map((kind) => isAwake(failed(kind as ProblemKind)))).not.toContain(
      true,
    );
  });

  it('has a problem exactly in the phase problem, whatever happens', () => {
    const attempt = fc.integer({ min: 0, max: 4 });
    const event: fc.Arbitrary<CaptureEvent> = fc.oneof(
      fc.constantFrom<CaptureEvent>(START, { type: 'stop' }),
      fc.record({ type: fc.constant('opened' as const), attempt }),
      fc.record({
        type: fc.constant('failed' as const),
        attempt,
        problem: fc.record({ kind: fc.constantFrom<ProblemKind>('denied', 'lost', 'engine-lost') }),
      }),
      fc.record({
        type: fc.constant('silence' as const),
        attempt,
        source: fc.constantFrom('track' as const, 'engine' as const),
        silent: fc.boolean(),
      }),
    );
    fc.assert(
      fc.property(fc.array(event), (events) => {
        const state = after(...events);
        expect(state.phase === 'problem').toBe(state.problem !== undefined);
        if (state.phase === 'listening') expect(state.silentSources).toEqual([]);
      }),
    );
  });
});
