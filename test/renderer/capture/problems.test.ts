import { describe, expect, it } from 'vitest';
import { engineProblem, microphoneProblem } from '../../../renderer/capture/problems.ts';
import { HeedError } from '../../../src/errors.ts';

describe('what kept Heed from listening', () => {
  it.each([
    ['NotAllowedError', 'denied'],
    ['SecurityError', 'denied'],
    ['NotFoundError', 'missing'],
    ['OverconstrainedError', 'missing'],
    ['NotReadableError', 'busy'],
    ['AbortError', 'busy'],
  ])('reads the browser’s %s as %s', (name, kind) => {
    expect(microphoneProblem(new DOMException('it would not', name))).toEqual({ kind });
  });

  it('keeps the sentence of an error that it does not know', () => {
    expect(microphoneProblem(new TypeError('no such thing'))).toEqual({ kind: 'refused', detail: 'no such thing' });
  });

  it('tells a lost engine, which comes back, from one that refuses, whose sentence it keeps', () => {
    expect(engineProblem(new HeedError('engine-lost', 'gone'))).toEqual({ kind: 'engine-lost' });
    expect(engineProblem(new HeedError('usage', 'Not so.'))).toEqual({ kind: 'refused', detail: 'Not so.' });
    expect(engineProblem(new HeedError('model-format', 'It is torn.'))).toEqual({
      kind: 'model',
      detail: 'It is torn.',
    });
  });
});
