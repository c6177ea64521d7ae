import { describe, expect, it } from 'vitest';
import { peakDbfs, rmsDbfs } from '../../../src/audio/level.ts';
import { isAudible, WordStream, type WordStreamSettings } from '../../../src/dataset/stream/word-stream.ts';
import { createRandom } from '../../../src/random.ts';

const SETTINGS: WordStreamSettings = { snrDb: 10, everySeconds: 2.5, length: Infinity, seed: 1 };

/** Steady noise, 16 bit. */
function noise(seconds: number, amplitude: number, seed: number): Int16Array {
  const random = createRandom(seed);
  return Int16Array.from({ length: 16_000 * seconds }, () => amplitude * random.between(-1, 1));
}

/** A second of near silence with a tone of 100 ms whose middle lies at this sample. */
function clip(middle: number, amplitude = 0.3): Float32Array {
  return Float32Array.from({ length: 16_000 }, (_, i) =>
    Math.abs(i - middle) < 800 ? amplitude * Math.sin(i) * (1 - Math.abs(i - middle) / 900) : 0,
  );
}

/** A clip that is as loud throughout, so that its level can be read off the stream. */
const tone = (amplitude: number): Float32Array =>
  Float32Array.from({ length: 8000 }, (_, i) => amplitude * Math.sin(i / 3));

const background = { recordings: [noise(40, 2000, 1), noise(40, 9000, 2)] };

function streamOf(clips: Float32Array[], settings = SETTINGS, recordings = background) {
  const stream = new WordStream(recordings, settings);
  const words = clips.map((each) => stream.add(each)!);
  const pieces = [...words.map((word) => word.samples), stream.finish()];
  const samples = new Float32Array(stream.end);
  let end = 0;
  for (const piece of pieces) samples.set(piece, (end += piece.length) - piece.length);
  return { samples, moments: words.map(({ moment }) => moment) };
}

describe('WordStream', () => {
  it('says where the loudest moment of each word lies in the stream', () => {
    const { samples, moments } = streamOf(
      [3000, 8000, 14_000].map((middle) => clip(middle)),
      { ...SETTINGS, snrDb: 40 },
    );
    for (const moment of moments)
      expect(rmsDbfs(samples.subarray(moment - 400, moment + 400))).toBeGreaterThan(
        Math.max(
          rmsDbfs(samples.subarray(moment - 1600, moment - 800)),
          rmsDbfs(samples.subarray(moment + 800, moment + 1600)),
        ) + 10,
      );
  });

  it.each([20, 5, 0])('sets words %d dB above the background, however loud clip and recording were', (snrDb) => {
    const { samples, moments } = streamOf([0.9, 0.01, 0.2, 0.0005].map(tone), { ...SETTINGS, snrDb });
    for (const moment of moments) {
      // The word is a tone of amplitude √2 · RMS: what correlates with it is the word, the rest is background.
      const window = samples.subarray(moment - 300, moment + 300);
      const before = samples.subarray(moment - 14_000, moment - 9000);
      const word = 10 ** (rmsDbfs(window) / 10) - 10 ** (rmsDbfs(before) / 10);
      expect(Math.abs(10 * Math.log10(word) - rmsDbfs(before) - snrDb)).toBeLessThan(2);
    }
  });

  it('keeps words apart, and as many a minute as asked for', () => {
    const clips = Array.from({ length: 200 }, () => tone(0.1));
    const { moments } = streamOf(clips, { ...SETTINGS, everySeconds: 2 });
    const gaps = moments.slice(1).map((moment, i) => (moment - moments[i]!) / 16_000);
    expect(Math.min(...gaps)).toBeGreaterThan(1.1);
    expect(Math.max(...gaps)).toBeLessThan(2.9);
    expect(gaps.reduce((sum, gap) => sum + gap) / gaps.length).toBeCloseTo(2, 1);
    const { moments: hurried } = streamOf(clips.slice(0, 20), { ...SETTINGS, everySeconds: 0.5 });
    for (let i = 1; i < hurried.length; i++) expect(hurried[i]! - hurried[i - 1]!).toBeGreaterThan(8000);
  });

  it('ends exactly at the length asked for, with no word cut', () => {
    const stream = new WordStream(background, { ...SETTINGS, length: 100_000 });
    let made = 0;
    for (let word = stream.add(tone(0.1)); word; word = stream.add(tone(0.1))) made += word.samples.length;
    expect(made).toBeGreaterThan(0);
    expect(made + stream.finish().length).toBe(100_000);
    expect(stream.end).toBe(100_000);
  });

  it('gives the same stream for the same seed, and another for another', () => {
    const clips = [tone(0.1), clip(5000)];
    const [first, again] = [streamOf(clips), streamOf(clips)];
    expect(first.samples.every((sample, i) => sample === again.samples[i])).toBe(true);
    expect(first.moments).toEqual(again.moments);
    expect(streamOf(clips, { ...SETTINGS, seed: 2 }).moments).not.toEqual(streamOf(clips).moments);
  });

  it('lays the faintest dither beneath the words where there is no background', () => {
    const { samples, moments } = streamOf([tone(0.9)], SETTINGS, { recordings: [] });
    const before = samples.subarray(0, moments[0]! - 9000);
    expect(peakDbfs(before)).toBeLessThan(-89);
    expect(peakDbfs(before)).toBeGreaterThan(-100);
    expect(rmsDbfs(samples.subarray(moments[0]! - 300, moments[0]! + 300))).toBeGreaterThan(-33);
  });

  it('does not follow the background into digital silence', () => {
    const gated = noise(40, 8000, 3).map((value, i) => (i % 64_000 < 32_000 ? value : 0));
    const { samples, moments } = streamOf(
      Array.from({ length: 30 }, () => tone(0.2)),
      SETTINGS,
      { recordings: [gated] },
    );
    for (const moment of moments) {
      const level = rmsDbfs(samples.subarray(moment - 300, moment + 300));
      // −26 dBFS, ± 6 for the stretch, − 12 at most in a lull; a little for the noise itself.
      expect(level).toBeGreaterThan(-26 - 12 - 6 - 4);
    }
  });

  it('makes no word so loud that it is clipped', () => {
    const loud = Float32Array.from({ length: 16_000 }, (_, i) => (i === 8000 ? 1 : 0.001 * Math.sin(i)));
    expect(peakDbfs(streamOf([loud], { ...SETTINGS, snrDb: 60 }).samples)).toBeLessThan(0);
  });
});

describe('isAudible', () => {
  it('tells digital silence from the faintest sound', () => {
    expect(isAudible(new Float32Array(100))).toBe(false);
    expect(isAudible(Float32Array.of(0, 1 / 32_768, 0))).toBe(true);
  });
});
