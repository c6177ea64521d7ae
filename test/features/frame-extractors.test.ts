import Meyda from 'meyda';
import { beforeEach, describe, expect, it } from 'vitest';
import { HeedError } from '../../src/errors.ts';
import type { FrameExtractor } from '../../src/features/frame-extractor.ts';
import { createMeydaExtractor } from '../../src/features/meyda-extractor.ts';
import { createRecipeExtractor } from '../../src/features/recipe-extractor.ts';
import { DEFAULT_FEATURE_SETTINGS, type FeatureSettings } from '../../src/features/settings.ts';
import { scaled, speechLike, VARIED_SETTINGS } from './test-sounds.ts';

const speech = speechLike(4_096);
const CREATORS = [
  ['createMeydaExtractor', createMeydaExtractor],
  ['createRecipeExtractor', createRecipeExtractor],
] as const;

function frameOf(extractor: FrameExtractor, samples: Float32Array, start = 0) {
  const mfcc = new Float32Array(extractor.settings.coefficients);
  const logMel = new Float32Array(extractor.settings.melBands);
  extractor.extract(samples, start, mfcc, 0, logMel);
  return { mfcc, logMel };
}

function largestDifference(a: Float32Array, b: Float32Array): number {
  return a.reduce((largest, value, i) => Math.max(largest, Math.abs(value - b[i]!)), 0);
}

/** MFCCs straight from the definition, sum by sum: slow, in float64, and sharing nothing with the extractors. */
function definition(frame: Float32Array, { melBands, coefficients, scale, sampleRateHz }: FeatureSettings): number[] {
  const N = frame.length;
  const power = Array.from({ length: N / 2 }, (_, k) => {
    let [re, im] = [0, 0];
    frame.forEach((sample, n) => {
      const x = sample * scale * (0.5 - 0.5 * Math.cos((2 * Math.PI * n) / (N - 1)));
      re += x * Math.cos((2 * Math.PI * k * n) / N);
      im -= x * Math.sin((2 * Math.PI * k * n) / N);
    });
    return re * re + im * im;
  });
  const topMel = 1125 * Math.log(1 + sampleRateHz / 2 / 700);
  const edges = Array.from({ length: melBands + 2 }, (_, i) => {
    const hz = 700 * (Math.exp((i * topMel) / (melBands + 1) / 1125) - 1);
    return Math.floor(((N + 1) * hz) / sampleRateHz);
  });
  const logMel = Array.from({ length: melBands }, (_, j) => {
    const [low, centre, high] = [edges[j]!, edges[j + 1]!, edges[j + 2]!];
    const weight = (k: number) =>
      k < low || k >= high ? 0 : k < centre ? (k - low) / (centre - low) : (high - k) / (high - centre);
    return Math.log(1 + power.reduce((sum, value, k) => sum + value * weight(k), 0));
  });
  return Array.from({ length: coefficients }, (_, k) =>
    logMel.reduce((sum, value, n) => sum + 2 * value * Math.cos((Math.PI * (n + 0.5) * k) / melBands), 0),
  );
}

describe.each(CREATORS)('%s', (_, create) => {
  it('makes the MFCCs of the definition', () => {
    const frame = speech.subarray(1_000, 1_512);
    const { mfcc } = frameOf(create(DEFAULT_FEATURE_SETTINGS), frame);
    expect(largestDifference(mfcc, Float32Array.from(definition(frame, DEFAULT_FEATURE_SETTINGS)))).toBeLessThan(2e-4);
  });

  it('gives log-mel bands whose cosine transform is the MFCCs', () => {
    const { mfcc, logMel } = frameOf(create(DEFAULT_FEATURE_SETTINGS), speech, 700);
    const transformed = mfcc.map((_, k) =>
      logMel.reduce((sum, value, n) => sum + 2 * value * Math.cos((Math.PI * (n + 0.5) * k) / logMel.length), 0),
    );
    expect(largestDifference(mfcc, transformed)).toBeLessThan(2e-4);
  });

  it('has only zeros for silence', () => {
    const { mfcc, logMel } = frameOf(create(DEFAULT_FEATURE_SETTINGS), new Float32Array(512));
    expect([...mfcc, ...logMel].every((value) => Math.abs(value) === 0)).toBe(true);
  });

  it('writes its frame where it was told to and nowhere else', () => {
    const extractor = create({ ...DEFAULT_FEATURE_SETTINGS, coefficients: 13 });
    const mfcc = new Float32Array(20).fill(7);
    const logMel = new Float32Array(50).fill(7);
    extractor.extract(speech, 300, mfcc, 4, logMel, 6);
    const expected = frameOf(extractor, speech.slice(300, 812));
    expect(mfcc).toEqual(Float32Array.of(7, 7, 7, 7, ...expected.mfcc, 7, 7, 7));
    expect(logMel).toEqual(Float32Array.of(7, 7, 7, 7, 7, 7, ...expected.logMel, 7, 7, 7, 7));
  });

  it('makes the same MFCCs whether or not the bands are asked for', () => {
    const extractor = create(DEFAULT_FEATURE_SETTINGS);
    const mfcc = new Float32Array(40);
    extractor.extract(speech, 0, mfcc, 0);
    expect(mfcc).toEqual(frameOf(extractor, speech).mfcc);
  });

  it('keeps settings apart that take turns', () => {
    const alone = VARIED_SETTINGS.map((settings) => frameOf(create(settings), speech, 100));
    const extractors = VARIED_SETTINGS.map(create);
    for (let turn = 0; turn < 2; turn++)
      extractors.forEach((extractor, i) => expect(frameOf(extractor, speech, 100)).toEqual(alone[i]));
  });

  it('does not follow settings that are changed after it was made', () => {
    const settings = { ...DEFAULT_FEATURE_SETTINGS };
    const extractor = create(settings);
    const before = frameOf(extractor, speech);
    Object.assign(settings, { scale: 1, coefficients: 13 });
    expect(frameOf(extractor, speech)).toEqual(before);
  });

  it.each([NaN, Infinity, -Infinity])('refuses a frame with the sample %d anywhere, writing nothing', (bad) => {
    const extractor = create(DEFAULT_FEATURE_SETTINGS);
    for (const at of [0, 255, 511]) {
      const samples = speech.slice(0, 600);
      samples[at] = bad;
      const mfcc = new Float32Array(40).fill(7);
      const logMel = new Float32Array(40).fill(7);
      const extract = () => extractor.extract(samples, 0, mfcc, 0, logMel);
      expect(extract).toThrow(HeedError);
      expect(extract).toThrow(`Sample ${at} of this sound is ${bad}`);
      expect([...mfcc, ...logMel].every((value) => value === 7)).toBe(true);
    }
    expect(frameOf(extractor, speech)).toEqual(frameOf(create(DEFAULT_FEATURE_SETTINGS), speech));
  });

  it('refuses a frame whose power is beyond float32', () => {
    const samples = speech.slice(0, 512);
    samples[255] = 1e30;
    expect(() => frameOf(create(DEFAULT_FEATURE_SETTINGS), samples)).toThrow(/too large for any features/);
  });

  it.each([
    ['a frame that ends after the sound', 3_585, 0, 0],
    ['a frame that begins before the sound', -1, 0, 0],
    ['half a sample', 0.5, 0, 0],
    ['MFCCs that do not fit', 0, 1, 0],
    ['bands that do not fit', 0, 0, 1],
  ])('refuses %s', (_, start, mfccStart, logMelStart) => {
    const extractor = create(DEFAULT_FEATURE_SETTINGS);
    const extract = () =>
      extractor.extract(speech, start, new Float32Array(40), mfccStart, new Float32Array(40), logMelStart);
    expect(extract).toThrow(HeedError);
    expect(extract).toThrow(/does not fit/);
  });

  it('refuses settings that cannot be', () => {
    expect(() => create({ ...DEFAULT_FEATURE_SETTINGS, coefficients: 41 })).toThrow(HeedError);
  });
});

describe('createMeydaExtractor', () => {
  beforeEach(() => {
    Object.assign(Meyda, { bufferSize: 512, sampleRate: 44_100, melBands: 26, numberOfMFCCCoefficients: 13 });
  });

  it("makes Meyda's MFCCs and mel bands to the last bit", () => {
    const { coefficients, melBands, scale } = DEFAULT_FEATURE_SETTINGS;
    Object.assign(Meyda, { sampleRate: 16_000, melBands, numberOfMFCCCoefficients: coefficients });
    const extractor = createMeydaExtractor(DEFAULT_FEATURE_SETTINGS);
    for (let start = 0; start + 512 <= speech.length; start += 100) {
      const frame = speech.slice(start, start + 512).map((sample) => sample * scale);
      const own = Meyda.extract(['mfcc', 'melBands'], frame) as unknown as { mfcc: number[]; melBands: number[] };
      const { mfcc, logMel } = frameOf(extractor, speech, start);
      expect(mfcc).toEqual(Float32Array.from(own.mfcc));
      expect(logMel).toEqual(Float32Array.from(own.melBands));
    }
  });

  it('is not reached by what others do to Meyda, and does nothing to it', () => {
    const untouched = frameOf(createMeydaExtractor(DEFAULT_FEATURE_SETTINGS), speech);
    Object.assign(Meyda, { bufferSize: 1024, sampleRate: 8_000, melBands: 40, windowingFunction: 'sine' });
    Meyda.extract('mfcc', speech.subarray(0, 1024));
    const before = { ...Meyda };
    const extractor = createMeydaExtractor(DEFAULT_FEATURE_SETTINGS);
    expect(frameOf(extractor, speech)).toEqual(untouched);
    expect({ ...Meyda }).toEqual(before);
    Object.assign(Meyda, { bufferSize: 256, windowingFunction: 'hanning' });
    expect(frameOf(extractor, speech)).toEqual(untouched);
  });
});

describe('createRecipeExtractor', () => {
  const loudest = speech.reduce((peak, sample) => Math.max(peak, Math.abs(sample)), 0);
  const sounds: readonly (readonly [string, Float32Array])[] = [
    ['speech', speech],
    ['speech at full scale', scaled(speech, 1 / loudest)],
    ['quiet speech', scaled(speech, 1e-3)],
    ['speech below one step of 16 bits', scaled(speech, 1e-5)],
    ['silence', new Float32Array(4_096)],
    ['a pure tone', Float32Array.from(speech, (_, i) => Math.sin(i / 10))],
    ['a click', new Float32Array(4_096).fill(1, 700, 701)],
  ];

  it.each(sounds)('agrees with Meyda within 1e-4 on %s, for every setting', (_, samples) => {
    for (const settings of VARIED_SETTINGS) {
      const [meyda, recipe] = [createMeydaExtractor(settings), createRecipeExtractor(settings)];
      for (let start = 0; start + settings.frameLength <= samples.length; start += 509) {
        const [expected, actual] = [frameOf(meyda, samples, start), frameOf(recipe, samples, start)];
        expect(largestDifference(actual.mfcc, expected.mfcc)).toBeLessThan(1e-4);
        expect(largestDifference(actual.logMel, expected.logMel)).toBeLessThan(1e-5);
      }
    }
  });
});
