import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isOversized, isWelcome, parseCall, parseEngineMessage } from '../../../../src/engine/transports/page/wire.ts';

describe('parseCall', () => {
  it('takes a call and leaves out what does not belong to one', () => {
    const message = { kind: 'call', id: 7, name: 'describe', input: {}, reach: 'local' };
    expect(parseCall(message)).toEqual({ kind: 'call', id: 7, name: 'describe', input: {} });
  });

  it('refuses an id that is no whole number, a name that is no text, and another kind', () => {
    const call = { kind: 'call', id: 1, name: 'describe', input: {} };
    for (const wrong of [{ id: 1.5 }, { id: '1' }, { id: NaN }, { name: 3 }, { name: undefined }, { kind: 'answer' }]) {
      expect(parseCall({ ...call, ...wrong })).toBeNull();
    }
  });

  it('never throws, whatever it is given', () => {
    fc.assert(fc.property(fc.anything(), (message) => parseCall(message) === null));
  });
});

describe('parseEngineMessage', () => {
  it('takes answers and events', () => {
    const answer = { kind: 'answer', id: 1, outcome: { ok: true, value: 5 } };
    const failure = { kind: 'answer', id: 2, outcome: { ok: false, error: { code: 'usage', message: 'No.' } } };
    const event = { kind: 'event', name: 'progress', payload: { done: 1 } };
    for (const message of [answer, failure, event]) expect(parseEngineMessage(message)).toEqual(message);
  });

  it('refuses an answer that neither succeeds nor says why not', () => {
    for (const outcome of [{}, { ok: 1 }, { ok: false }, { ok: false, error: { code: 'usage' } }, null]) {
      expect(parseEngineMessage({ kind: 'answer', id: 1, outcome })).toBeNull();
    }
  });

  it('never throws, whatever it is given', () => {
    const shaped = fc.record(
      {
        kind: fc.constantFrom('answer', 'event', 'call'),
        id: fc.anything(),
        name: fc.anything(),
        outcome: fc.anything(),
      },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(fc.oneof(fc.anything(), shaped), (message) => {
        const parsed = parseEngineMessage(message);
        return parsed === null || parsed.kind === 'event' || Number.isSafeInteger(parsed.id);
      }),
    );
  });
});

describe('isWelcome', () => {
  it('knows the first message from every other', () => {
    expect(isWelcome({ kind: 'welcome' })).toBe(true);
    for (const other of [null, undefined, 'welcome', { kind: 'event' }]) expect(isWelcome(other)).toBe(false);
  });
});

describe('isOversized', () => {
  it('counts the bytes of buffers at any depth of a message', () => {
    const message = (samples: number): unknown => ({ input: { sound: { samples: new Float32Array(samples) } } });
    expect(isOversized(message(200), 1000)).toBe(false);
    expect(isOversized(message(300), 1000)).toBe(true);
  });

  it('counts text and many small values', () => {
    expect(isOversized({ name: 'x'.repeat(600) }, 1000)).toBe(true);
    expect(isOversized({ input: new Array(200).fill(1) }, 1000)).toBe(true);
  });

  it('takes a cyclic message as too large instead of following it', () => {
    const cyclic: Record<string, unknown> = {};
    cyclic['self'] = cyclic;
    expect(isOversized(cyclic)).toBe(true);
  });
});
