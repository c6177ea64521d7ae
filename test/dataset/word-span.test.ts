import { describe, expect, it } from 'vitest';
import { findWordSpan } from '../../src/dataset/word-span.ts';
import { createRandom } from '../../src/random.ts';

const hiss = createRandom(5);
/** Hiss with a burst of a tone in it. */
const clipWithBurst = (length: number, from: number, to: number): Int16Array =>
  Int16Array.from({ length }, (_, i) => 60 * hiss.normal() + (i >= from && i < to ? 8000 * Math.sin(i / 3) : 0));

describe('finding the word in a clip', () => {
  it('finds a burst within noise, and the thirds of its energy', () => {
    const span = findWordSpan(clipWithBurst(16_000, 4800, 9600), 0, 16_032);
    for (const [found, expected] of [
      [span.start, 4800],
      [span.firstThird, 6400],
      [span.lastThird, 8000],
      [span.end, 9600],
    ] as const)
      expect(Math.abs(found - expected)).toBeLessThanOrEqual(160);
  });

  it('looks within the window only', () => {
    const samples = clipWithBurst(40_000, 30_000, 34_000);
    samples.set(clipWithBurst(4000, 0, 4000), 0);
    const span = findWordSpan(samples, 22_000, 16_032);
    expect(span.start).toBeGreaterThan(29_000);
    expect(span.end).toBeLessThan(34_500);
  });

  it('takes the whole window where nothing stands out, and none at all of an empty clip', () => {
    expect(findWordSpan(new Int16Array(16_000), 0, 16_032)).toEqual({
      start: 0,
      firstThird: 5333,
      lastThird: 10_667,
      end: 16_000,
    });
    expect(findWordSpan(new Int16Array(0), 0, 16_032).end).toBe(0);
  });
});
