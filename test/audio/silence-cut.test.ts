import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cutAtSilences, DEFAULT_SILENCE_CUT } from '../../src/audio/silence-cut.ts';
import { createRandom } from '../../src/random.ts';

const RATE_HZ = 16_000;

/** Bursts of noise between pauses, over a noise floor. */
function recording(
  bursts: readonly { readonly pauseMs: number; readonly burstMs: number; readonly amplitude?: number }[],
  floor = 0.001,
) {
  const random = createRandom(5, 'silence cut');
  const noise = (ms: number, amplitude: number): number[] =>
    Array.from({ length: (ms * RATE_HZ) / 1000 }, () => amplitude * random.between(-1, 1));
  const samples: number[] = [];
  const truth: { start: number; end: number }[] = [];
  for (const { pauseMs, burstMs, amplitude = 0.2 } of bursts) {
    samples.push(...noise(pauseMs, floor));
    const start = samples.length;
    samples.push(...noise(burstMs, amplitude));
    truth.push({ start, end: samples.length });
  }
  samples.push(...noise(400, floor));
  return { samples: Float32Array.from(samples), truth };
}

describe('cutAtSilences', () => {
  it('finds each word, with quiet around it and none of its neighbours', () => {
    const { samples, truth } = recording([
      { pauseMs: 500, burstMs: 400 },
      { pauseMs: 700, burstMs: 300, amplitude: 0.05 },
      { pauseMs: 350, burstMs: 600 },
    ]);
    const cuts = cutAtSilences(samples, RATE_HZ);
    expect(cuts).toHaveLength(3);
    cuts.forEach((cut, i) => {
      const [before, word, after] = [truth[i - 1], truth[i]!, truth[i + 1]];
      expect(cut.start).toBeLessThanOrEqual(word.start);
      expect(cut.end).toBeGreaterThanOrEqual(word.end);
      expect(cut.start).toBeGreaterThanOrEqual(before?.end ?? 0);
      expect(cut.end).toBeLessThanOrEqual(after?.start ?? samples.length);
    });
  });

  it('keeps a word together over a short closure, and leaves clicks out', () => {
    const { samples } = recording([
      { pauseMs: 600, burstMs: 250 },
      { pauseMs: 100, burstMs: 250 },
      { pauseMs: 900, burstMs: 20 },
      { pauseMs: 900, burstMs: 300 },
    ]);
    expect(cutAtSilences(samples, RATE_HZ)).toHaveLength(2);
  });

  it('finds words over a loud background, and between digital silence', () => {
    const words = [
      { pauseMs: 600, burstMs: 400 },
      { pauseMs: 600, burstMs: 400 },
    ];
    expect(cutAtSilences(recording(words, 0.02).samples, RATE_HZ)).toHaveLength(2);
    expect(cutAtSilences(recording(words, 0).samples, RATE_HZ)).toHaveLength(2);
  });

  it('finds nothing in noise that does not change, in silence, and in nothing', () => {
    expect(cutAtSilences(recording([], 0.1).samples, RATE_HZ)).toEqual([]);
    expect(cutAtSilences(new Float32Array(RATE_HZ), RATE_HZ)).toEqual([]);
    expect(cutAtSilences(new Float32Array(0), RATE_HZ)).toEqual([]);
  });

  it('gives stretches in order that do not overlap and lie within the sound, at any rate', () => {
    const burst = fc.record({ pauseMs: fc.integer({ min: 0, max: 900 }), burstMs: fc.integer({ min: 10, max: 900 }) });
    fc.assert(
      fc.property(fc.array(burst, { maxLength: 6 }), fc.constantFrom(8000, 16_000, 44_100), (bursts, rateHz) => {
        const { samples } = recording(bursts);
        let end = 0;
        for (const cut of cutAtSilences(samples, rateHz, DEFAULT_SILENCE_CUT)) {
          expect(cut.start).toBeGreaterThanOrEqual(end);
          expect(cut.end).toBeGreaterThan(cut.start);
          end = cut.end;
        }
        expect(end).toBeLessThanOrEqual(samples.length);
      }),
      { numRuns: 60, seed: 3 },
    );
  });
});
