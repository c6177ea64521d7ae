import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SilenceWatch } from '../../src/streaming/silence-watch.ts';

describe('SilenceWatch', () => {
  it('tells once that two seconds were all zeros, however they were cut', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 5000 }), (chunkLength) => {
        const watch = new SilenceWatch(8000);
        let changes = 0;
        let heard = 0;
        for (; heard < 16_000; heard += chunkLength) {
          expect(watch.silent).toBe(false);
          if (watch.push(new Float32Array(chunkLength))) changes++;
        }
        if (watch.push(new Float32Array(chunkLength))) changes++;
        expect([watch.silent, changes]).toEqual([true, 1]);
      }),
      { seed: 1 },
    );
  });

  it('tells that there is sound again', () => {
    const watch = new SilenceWatch(8000);
    watch.push(new Float32Array(20_000));
    expect(watch.push(Float32Array.of(0, 1e-6, 0))).toBe(true);
    expect(watch.silent).toBe(false);
  });

  it('does not take the faintest noise for silence', () => {
    const watch = new SilenceWatch(8000);
    const chunk = new Float32Array(800);
    chunk[799] = 1 / 32_768;
    for (let i = 0; i < 50; i++) expect(watch.push(chunk)).toBe(false);
    expect(watch.silent).toBe(false);
  });
});
