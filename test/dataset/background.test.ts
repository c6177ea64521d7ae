import { describe, expect, it } from 'vitest';
import {
  planBackground,
  planNoise,
  planNoiseEvent,
  renderBackground,
  splitBackground,
  type Background,
} from '../../src/dataset/background.ts';
import { planSilence } from '../../src/dataset/example-plan.ts';
import { renderExample } from '../../src/dataset/render-example.ts';
import { createRandom } from '../../src/random.ts';

const ramp = (length: number, from = 0): Int16Array => Int16Array.from({ length }, (_, i) => from + (i % 1000));
const rmsDb = (samples: Float32Array): number =>
  20 * Math.log10(Math.sqrt(samples.reduce((sum, value) => sum + value * value, 0) / samples.length));

const cut = (background: Background, seed: number, out: Float32Array): void =>
  renderBackground(planBackground(background, out.length, createRandom(seed)), background, out);
const makeSilence = (background: Background, seed: number, out: Float32Array): void =>
  renderExample(planSilence(background, out.length, createRandom(seed)), [], background, out, out);

describe('background', () => {
  it('cuts an unbroken stretch of one recording', () => {
    const recording = Int16Array.from({ length: 30_000 }, (_, i) => i);
    const out = new Float32Array(1000);
    for (let seed = 0; seed < 50; seed++) {
      cut({ recordings: [recording] }, seed, out);
      const first = out[0]! * 32_768;
      expect([...out].every((value, i) => value * 32_768 === first + i)).toBe(true);
    }
  });

  it('repeats a recording that is shorter than the stretch', () => {
    const out = new Float32Array(25);
    cut({ recordings: [Int16Array.of(1, 2, 3)] }, 1, out);
    expect([...out.slice(0, 7)].map((value) => value * 32_768)).toEqual([1, 2, 3, 1, 2, 3, 1]);
  });

  it('hears a recording in proportion to its length', () => {
    const background = { recordings: [ramp(40_000), ramp(10_000, 20_000)] };
    const out = new Float32Array(100);
    let short = 0;
    for (let seed = 0; seed < 400; seed++) {
      cut(background, seed, out);
      if (out[0]! * 32_768 >= 20_000) short++;
    }
    expect(short / 400).toBeGreaterThan(0.1);
    expect(short / 400).toBeLessThan(0.3);
  });

  it('holds the one bark of a long recording when an event is asked for, before or after it as may be', () => {
    const bark = new Int16Array(80_000);
    bark.fill(10_000, 50_000, 51_600);
    const positions = Array.from({ length: 200 }, (_, seed) => {
      const plan = planNoiseEvent({ recordings: [bark] }, 16_000, createRandom(seed));
      if (plan.kind !== 'recording') throw new Error('a recording was expected');
      return plan.position;
    });
    expect(positions.every((position) => position > 50_000 - 16_000 && position < 51_600)).toBe(true);
    expect(Math.min(...positions)).toBeLessThan(37_000);
    expect(Math.max(...positions)).toBeGreaterThan(48_000);
  });

  it('takes every recording for an event alike, however short, and one without a sound too', () => {
    const recordings = [ramp(200_000), ramp(16_000), new Int16Array(20_000)];
    const drawn = [0, 0, 0];
    for (let seed = 0; seed < 600; seed++) {
      const plan = planNoiseEvent({ recordings }, 16_000, createRandom(seed));
      if (plan.kind === 'recording') drawn[plan.recording]!++;
    }
    for (const count of drawn) expect(Math.abs(count - 200)).toBeLessThan(60);
  });

  it('plays a recording faster and slower', () => {
    const sine = Int16Array.from({ length: 64_000 }, (_, i) =>
      Math.round(8000 * Math.sin((2 * Math.PI * 200 * i) / 16_000)),
    );
    const crossings = (rate: number): number => {
      const out = new Float32Array(16_000);
      renderBackground({ kind: 'recording', recording: 0, position: 20_000 }, { recordings: [sine] }, out, rate);
      return out.reduce((count, value, i) => count + Number(i > 0 && value >= 0 !== out[i - 1]! >= 0), 0);
    };
    expect(crossings(1)).toBeCloseTo(400, -1);
    expect(crossings(1.5)).toBeCloseTo(600, -1);
    expect(crossings(0.7)).toBeCloseTo(280, -1);
  });

  it('is synthetic noise where there are no recordings', () => {
    const out = new Float32Array(16_000);
    cut({ recordings: [] }, 1, out);
    expect(rmsDb(out)).toBeCloseTo(-20, 0);
  });

  it('keeps what is measured on apart from what is trained on', () => {
    const long = ramp(400_000);
    const { training, validation } = splitBackground({ recordings: [long, ramp(5000)] });
    expect(training.recordings.map(({ length }) => length)).toEqual([360_000, 5000]);
    expect(validation.recordings.map(({ length }) => length)).toEqual([40_000]);
  });

  it('measures on the whole where every recording is short', () => {
    expect(splitBackground({ recordings: [ramp(5000)] }).validation.recordings).toHaveLength(1);
  });

  it('makes noise as loud as asked, whatever its colour', () => {
    const out = new Float32Array(50_000);
    for (let seed = 0; seed < 20; seed++) {
      renderBackground(planNoise(0.01, createRandom(seed)), { recordings: [] }, out);
      expect(Math.abs(rmsDb(out) + 40)).toBeLessThan(1.5);
    }
  });
});

describe('silence', () => {
  const background = { recordings: [ramp(60_000)] };
  const windows = Array.from({ length: 300 }, (_, seed) => {
    const out = new Float32Array(2000);
    makeSilence(background, seed, out);
    return out;
  });

  it('is sometimes digital silence, sometimes no more than dither, and mostly background at all levels', () => {
    expect(windows.filter((window) => window.every((value) => value === 0)).length).toBeGreaterThan(5);
    const levels = windows.map(rmsDb);
    expect(levels.filter((level) => level > -100 && level < -85).length).toBeGreaterThan(5);
    expect(levels.filter((level) => level > -80).length).toBeGreaterThan(200);
    expect(Math.max(...levels) - Math.min(...levels.filter((level) => level > -80))).toBeGreaterThan(35);
  });

  it('never exceeds full scale by more than dither', () => {
    const loud = { recordings: [Int16Array.from({ length: 9000 }, (_, i) => (i % 2 ? 32_767 : -32_768))] };
    for (let seed = 0; seed < 50; seed++) {
      const out = new Float32Array(500);
      makeSilence(loud, seed, out);
      expect(out.every((value) => Math.abs(value) <= 1 + 1 / 32_768)).toBe(true);
    }
  });
});
