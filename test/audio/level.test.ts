import { describe, expect, it } from 'vitest';
import { loudestWindowStart, peakDbfs, rmsDbfs, SILENCE_DBFS } from '../../src/audio/level.ts';
import { createRandom } from '../../src/random.ts';

const sine = Float32Array.from({ length: 1_600 }, (_, i) => Math.sin((2 * Math.PI * i) / 16));

describe('levels', () => {
  it('are 0 and −3.01 dBFS, peak and RMS, for a full-scale sine', () => {
    expect(peakDbfs(sine)).toBeCloseTo(0, 5);
    expect(rmsDbfs(sine)).toBeCloseTo(-3.01, 2);
  });

  it('fall by 20 dB with a tenth of the amplitude', () => {
    const quiet = sine.map((sample) => sample / 10);
    expect(peakDbfs(quiet)).toBeCloseTo(-20, 4);
    expect(rmsDbfs(quiet)).toBeCloseTo(-23.01, 2);
  });

  it('count a negative peak as one', () => {
    expect(peakDbfs(Float32Array.of(0.1, -0.5))).toBeCloseTo(-6.02, 2);
  });

  it.each([new Float32Array(100), new Float32Array(0), new Float32Array(3).fill(1e-30)])(
    'never fall below silence',
    (samples) => {
      expect(peakDbfs(samples)).toBe(SILENCE_DBFS);
      expect(rmsDbfs(samples)).toBe(SILENCE_DBFS);
    },
  );
});

describe('loudestWindowStart', () => {
  it('agrees with adding up every window by itself', () => {
    const random = createRandom(5);
    for (let round = 0; round < 50; round++) {
      const samples = Float32Array.from({ length: 300 + random.integer(200) }, () => random.normal());
      const length = 20 + random.integer(200);
      const hop = 1 + random.integer(40);
      const lastStart = samples.length - length;
      const starts = Array.from({ length: Math.ceil(lastStart / hop) }, (_, i) => i * hop).concat(lastStart);
      const energies = starts.map((start) =>
        samples.subarray(start, start + length).reduce((sum, x) => sum + x * x, 0),
      );
      expect(loudestWindowStart(samples, length, hop)).toBe(starts[energies.indexOf(Math.max(...energies))]);
    }
  });

  it('finds a word at the very end', () => {
    const samples = new Float32Array(1_000).fill(0.001);
    samples.fill(1, 950);
    expect(loudestWindowStart(samples, 100, 30)).toBe(900);
    expect(loudestWindowStart(samples, 50, 30)).toBe(950);
  });

  it('takes the earliest of equals', () => {
    expect(loudestWindowStart(new Float32Array(1_000), 100, 10)).toBe(0);
    for (let seed = 0; seed < 10; seed++) {
      const random = createRandom(seed);
      const period = Float32Array.from({ length: 10 }, () => random.normal());
      const repeating = Float32Array.from({ length: 1_000 }, (_, i) => (i < 200 ? 0 : period[i % 10]!));
      expect(loudestWindowStart(repeating, 100, 10)).toBe(200);
    }
  });

  it('is 0 where the sound is no longer than the window', () => {
    expect(loudestWindowStart(sine, sine.length, 10)).toBe(0);
    expect(loudestWindowStart(sine, sine.length + 1, 10)).toBe(0);
  });
});
