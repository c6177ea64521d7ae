import { describe, expect, it } from 'vitest';
import { DEFAULT_AUGMENT_SETTINGS, type AugmentSettings } from '../../../src/dataset/augment/augment.ts';
import { cutWindow } from '../../../src/dataset/augment/cut-window.ts';
import { addDither } from '../../../src/dataset/augment/dither.ts';
import { applyGain } from '../../../src/dataset/augment/gain.ts';
import { lowPass, tiltSpectrum } from '../../../src/dataset/augment/low-pass.ts';
import { mixBackground } from '../../../src/dataset/augment/mix-background.ts';
import { toInt16, type Clip } from '../../../src/dataset/clip.ts';
import {
  aroundWord,
  cutThroughWord,
  planClip,
  planExample,
  type WindowChoice,
} from '../../../src/dataset/example-plan.ts';
import { findWordSpan } from '../../../src/dataset/word-span.ts';
import { renderExample } from '../../../src/dataset/render-example.ts';
import { createRandom } from '../../../src/random.ts';
import { synthesise } from '../../sounds/synthesise.ts';

const tone = (frequencyHz: number, amplitude = 0.5, length = 8000): Float32Array =>
  Float32Array.from({ length }, (_, i) => amplitude * Math.sin((2 * Math.PI * frequencyHz * i) / 16_000));
const rms = (samples: Float32Array): number => Math.sqrt(samples.reduce((sum, v) => sum + v * v, 0) / samples.length);
const gainDbOf = (change: (samples: Float32Array) => void, frequencyHz: number): number => {
  const samples = tone(frequencyHz);
  const before = rms(samples);
  change(samples);
  return 20 * Math.log10(rms(samples.subarray(1000)) / before);
};

describe('cutting a window', () => {
  const samples = Int16Array.from({ length: 100 }, (_, i) => (i + 1) * 100);

  it('copies samples exactly at rate 1 and fills with zeros outside the clip', () => {
    const out = new Float32Array(10);
    cutWindow(samples, -3, 1, out);
    expect([...out].map((value) => value * 32_768)).toEqual([0, 0, 0, 100, 200, 300, 400, 500, 600, 700]);
    cutWindow(samples, 95, 1, out);
    expect([...out].map((value) => value * 32_768)).toEqual([9600, 9700, 9800, 9900, 10_000, 0, 0, 0, 0, 0]);
  });

  it('plays faster around the middle of the window', () => {
    const out = new Float32Array(21);
    cutWindow(samples, 30, 2, out);
    expect(out[11]! * 32_768 - out[10]! * 32_768).toBeCloseTo(200, 3);
    const still = new Float32Array(21);
    cutWindow(samples, 30, 1, still);
    // The middle lies between samples 10 and 11: half a sample away in one, a whole one in the other.
    expect(out[10]! * 32_768).toBeCloseTo(still[10]! * 32_768 - 50, 3);
  });

  it('raises the pitch by the rate', () => {
    const clip = toInt16(tone(1000, 0.5, 16_000));
    const out = new Float32Array(8000);
    cutWindow(clip, 4000, 1.1, out);
    const crossings = out.reduce((count, value, i) => count + (i > 0 && value > 0 !== out[i - 1]! > 0 ? 1 : 0), 0);
    expect(crossings).toBeGreaterThan(1095);
    expect(crossings).toBeLessThan(1105);
  });
});

describe('filters', () => {
  it('a low-pass leaves what is below, takes 3 dB at its cutoff and 12 dB an octave above', () => {
    expect(gainDbOf((samples) => lowPass(samples, 3000), 300)).toBeCloseTo(0, 1);
    expect(gainDbOf((samples) => lowPass(samples, 3000), 3000)).toBeCloseTo(-3, 1);
    expect(gainDbOf((samples) => lowPass(samples, 3000), 6000)).toBeLessThan(-12);
  });

  it('a tilt darkens above 0 and brightens below', () => {
    expect(gainDbOf((samples) => tiltSpectrum(samples, 0.3), 100)).toBeCloseTo(0, 1);
    expect(gainDbOf((samples) => tiltSpectrum(samples, 0.3), 7500)).toBeLessThan(-5);
    expect(gainDbOf((samples) => tiltSpectrum(samples, -0.3), 100)).toBeLessThan(-5);
    expect(gainDbOf((samples) => tiltSpectrum(samples, -0.3), 7500)).toBeCloseTo(0, 1);
  });
});

describe('levels', () => {
  it('a gain of −6.02 dB halves, and full scale is never exceeded', () => {
    expect(gainDbOf((samples) => applyGain(samples, -6.0206), 400)).toBeCloseTo(-6.02, 2);
    const loud = tone(400);
    applyGain(loud, 20);
    expect(Math.max(...loud)).toBe(1);
  });

  it('background is mixed at the ratio asked for', () => {
    const noise = tone(3000, 0.01);
    for (const snrDb of [0, 5, 30]) {
      const mixed = tone(500);
      mixBackground(mixed, noise, snrDb);
      const added = Float32Array.from(tone(500), (value, i) => mixed[i]! - value);
      expect(20 * Math.log10(rms(tone(500)) / rms(added))).toBeCloseTo(snrDb, 1);
    }
  });

  it('mixing digital silence changes nothing', () => {
    const silent = new Float32Array(100);
    mixBackground(silent, tone(500, 0.5, 100), 10);
    expect(rms(silent)).toBe(0);
    const sound = tone(500, 0.5, 100);
    mixBackground(sound, new Float32Array(100), 10);
    expect(sound).toEqual(tone(500, 0.5, 100));
  });

  it('dither is no larger than one step of 16 bit, and has no mean', () => {
    const samples = new Float32Array(20_000);
    addDither(samples, 1);
    expect(samples.every((value) => Math.abs(value) < 1 / 32_768)).toBe(true);
    expect(rms(samples) * 32_768).toBeCloseTo(Math.sqrt(1 / 6), 2);
    expect(Math.abs(samples.reduce((sum, value) => sum + value, 0) / 20_000) * 32_768).toBeLessThan(0.02);
  });
});

const clipOf = (samples: Int16Array, windowStart = 0): Clip => ({
  samples,
  windowStart,
  word: findWordSpan(samples, windowStart, 16_032),
});

/** A variation of a clip, without background recordings. */
function augmented(clip: Clip, anywhere: boolean, augment: AugmentSettings, seed: number): Float32Array {
  const out = new Float32Array(16_032);
  const background = { recordings: [] };
  const source = { clips: [clip], anywhere: [anywhere], background, augment, seed };
  const plan = planClip(source, 0, aroundWord, out.length, createRandom(seed));
  renderExample(plan, [clip], background, new Float32Array(out.length), out);
  return out;
}

describe('masking time', () => {
  it('hides one run of frames within the window, at most as long as allowed', () => {
    const augment = { ...DEFAULT_AUGMENT_SETTINGS, timeMaskProbability: 1, timeMaskFrames: 5 };
    const source = { clips: [], anywhere: [], background: { recordings: [] }, augment, seed: 1 };
    const plans = Array.from({ length: 300 }, (_, position) => planExample(source, -1, 1, position, 16_032, 20));
    expect([...new Set(plans.map(({ maskLength }) => maskLength))].sort()).toEqual([0, 1, 2, 3, 4, 5]);
    expect(plans.every(({ maskStart, maskLength }) => maskStart >= 0 && maskStart + maskLength <= 20)).toBe(true);
    expect(new Set(plans.map(({ maskStart }) => maskStart)).size).toBeGreaterThan(15);
  });
});

describe('where a window lies', () => {
  const samples = Int16Array.from({ length: 16_000 }, (_, i) => (i >= 6000 && i < 9000 ? 10_000 : 0));
  const clip = clipOf(samples);
  const source = {
    ...{ clips: [clip], anywhere: [false], background: { recordings: [] }, seed: 1 },
    augment: { ...DEFAULT_AUGMENT_SETTINGS, anyPlaceProbability: 1 },
  };
  const starts = (choice: WindowChoice): number[] =>
    Array.from({ length: 200 }, (_, seed) => choice(source, 0, 16_032, createRandom(seed)));

  it('holds the whole word wherever it lies, near either end as well', () => {
    const found = starts(aroundWord);
    expect(found.every((start) => start <= 6000 - 160 && start + 16_032 >= 9000 + 160)).toBe(true);
    expect(Math.max(...found)).toBeGreaterThan(4500);
    expect(Math.min(...found)).toBeLessThan(-5500);
  });

  it('cuts the word so that a third of it at most is heard, from either side', () => {
    const heard = starts(cutThroughWord).map((start) => Math.min(9000, start + 16_032) - Math.max(6000, start));
    expect(Math.max(...heard)).toBeLessThanOrEqual(1300);
    expect(starts(cutThroughWord).some((start) => start > 6000)).toBe(true);
    expect(starts(cutThroughWord).some((start) => start < 0)).toBe(true);
  });

  it('is filled beyond the clip with its neighbour: its end before, its beginning after', () => {
    const out = new Float32Array(16);
    const neighbour = Int16Array.of(1, 2, 3, 4).map((value) => value * 4096);
    cutWindow(Int16Array.of(0, 0, 0, 0), -6, 1, out, neighbour);
    expect([...out].map((value) => value * 8)).toEqual([0, 0, 1, 2, 3, 4, 0, 0, 0, 0, 1, 2, 3, 4, 0, 0]);
  });
});

describe('augmenting a clip', () => {
  const samples = toInt16(synthesise('chirp', 1));
  const still: AugmentSettings = {
    ...DEFAULT_AUGMENT_SETTINGS,
    ...{ shiftMs: [0, 0], playbackRate: [1, 1], gainDb: [0, 0], tilt: [0, 0] },
    ...{ lowPassProbability: 0, backgroundProbability: 0, ditherProbability: 0 },
    ...{ anyPlaceProbability: 0, neighbourProbability: 0 },
  };
  const augment = (settings: AugmentSettings, seed: number, anywhere = false, windowStart = 0): Float32Array => {
    return augmented(clipOf(samples, windowStart), anywhere, settings, seed);
  };

  it('is the clip itself, padded, when everything is turned off', () => {
    const out = augment(still, 1);
    expect(toInt16(out.subarray(0, 16_000))).toEqual(samples);
    expect(rms(out.subarray(16_000))).toBe(0);
  });

  it('repeats with the same random numbers and differs with others', () => {
    expect(augment(DEFAULT_AUGMENT_SETTINGS, 5)).toEqual(augment(DEFAULT_AUGMENT_SETTINGS, 5));
    expect(augment(DEFAULT_AUGMENT_SETTINGS, 5)).not.toEqual(augment(DEFAULT_AUGMENT_SETTINGS, 6));
  });

  it('shifts no further than it may', () => {
    const loudestStart = (out: Float32Array): number => out.findIndex((value) => Math.abs(value) > 0.1);
    const reference = loudestStart(augment(still, 1));
    const shifts = Array.from({ length: 40 }, (_, seed) =>
      loudestStart(augment({ ...still, shiftMs: [-100, 100] }, seed)),
    );
    expect(Math.max(...shifts) - reference).toBeLessThanOrEqual(1600);
    expect(reference - Math.min(...shifts)).toBeLessThanOrEqual(1600);
    expect(Math.max(...shifts) - Math.min(...shifts)).toBeGreaterThan(2000);
  });

  it('takes the window with the word, or any where any will do', () => {
    const long = Int16Array.from({ length: 80_000 }, (_, i) => (i >= 50_000 && i < 52_000 ? 10_000 : 0));
    const cut = (anywhere: boolean, seed: number): number => {
      return rms(augmented(clipOf(long, 45_000), anywhere, still, seed));
    };
    const seeds = Array.from({ length: 30 }, (_, seed) => seed);
    expect(seeds.every((seed) => cut(false, seed) > 0.1)).toBe(true);
    expect(seeds.some((seed) => cut(true, seed) === 0)).toBe(true);
  });
});
