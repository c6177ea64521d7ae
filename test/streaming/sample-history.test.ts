import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SampleHistory } from '../../src/streaming/sample-history.ts';

const counting = (from: number, to: number): Float32Array =>
  Float32Array.from({ length: to - from }, (_, i) => from + i);

describe('SampleHistory', () => {
  it('gives back the newest samples, whatever the chunks', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(40), { minLength: 1, maxLength: 30 }), (lengths) => {
        const history = new SampleHistory(25);
        let end = 0;
        for (const length of lengths) history.push(counting(end, (end += length)));
        expect(history.end).toBe(end);
        const wanted = Float32Array.from({ length: 25 }, (_, i) => Math.max(0, end - 25 + i));
        expect(history.copy(end, 25)).toEqual(wanted);
      }),
      { seed: 1 },
    );
  });

  it('puts zeros before the beginning of the stream', () => {
    const history = new SampleHistory(8);
    history.push(Float32Array.of(1, 2, 3));
    expect([...history.copy(3, 5)]).toEqual([0, 0, 1, 2, 3]);
  });

  it('can look at a window that ended a while ago', () => {
    const history = new SampleHistory(10);
    history.push(counting(0, 20));
    expect([...history.copy(15, 3)]).toEqual([12, 13, 14]);
  });

  it('gives a copy that later sound does not change', () => {
    const history = new SampleHistory(2);
    history.push(Float32Array.of(1, 2));
    const copy = history.copy(2, 2);
    history.push(Float32Array.of(3, 4));
    expect([...copy]).toEqual([1, 2]);
  });
});
