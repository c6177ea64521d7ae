import { describe, expect, it } from 'vitest';
import { DEFAULT_AUGMENT_SETTINGS } from '../../src/dataset/augment/augment.ts';
import { toInt16 } from '../../src/dataset/clip.ts';
import { createReferenceExampleMaker } from '../../src/dataset/example-maker.ts';
import { spliceOf } from '../../src/dataset/epoch-draw.ts';
import type { PlanSource } from '../../src/dataset/example-plan.ts';
import { createMeydaExtractor } from '../../src/features/meyda-extractor.ts';
import { createRecipeExtractor } from '../../src/features/recipe-extractor.ts';
import { DEFAULT_FEATURE_SETTINGS, type FeatureSettings } from '../../src/features/settings.ts';
import { createNativeExampleMaker } from '../../src/native/native-example-maker.ts';
import { createNativeExtractor } from '../../src/native/native-extractor.ts';
import { createRandom } from '../../src/random.ts';
import { synthesise } from '../sounds/synthesise.ts';
import { addon } from './load.ts';

const largestDifference = (a: Float32Array, b: Float32Array): number =>
  a.reduce((largest, value, i) => Math.max(largest, Math.abs(value - b[i]!)), 0);

describe.skipIf(!addon).each(addon?.instructionSets ?? [])('with %s', (set) => {
  it.each<Partial<FeatureSettings>>([
    {},
    { frameLength: 256, melBands: 26, coefficients: 13 },
    { frameLength: 1024, hopLength: 100, melBands: 30, coefficients: 30 },
    { frameLength: 64, hopLength: 33, melBands: 5, coefficients: 5 },
  ])('makes the frames that Meyda makes, within 1e-4: %o', (change) => {
    const settings = { ...DEFAULT_FEATURE_SETTINGS, ...change };
    const [native, meyda] = [createNativeExtractor(addon!, settings, set), createMeydaExtractor(settings)];
    const frames = 13;
    for (const gain of [0, 1e-4, 0.1, 1]) {
      const samples = synthesise('chirp', 3).map((value) => gain * value);
      const many = new Float32Array(frames * settings.coefficients);
      native.extractMany!(samples, 700, frames, many, 0);
      for (let t = 0; t < frames; t++) {
        const [one, mel] = [new Float32Array(settings.coefficients), new Float32Array(settings.melBands)];
        const [expected, expectedMel] = [one.slice(), mel.slice()];
        native.extract(samples, 700 + t * settings.hopLength, one, 0, mel, 0);
        meyda.extract(samples, 700 + t * settings.hopLength, expected, 0, expectedMel, 0);
        // Above 1024 a 32-bit float's own steps are 1.2e-4.
        for (const [k, value] of expected.entries())
          expect(Math.abs(one[k]! - value)).toBeLessThan(1e-4 * Math.max(1, Math.abs(value) / 512));
        expect(largestDifference(mel, expectedMel)).toBeLessThan(1e-5);
        expect(many.subarray(t * one.length, (t + 1) * one.length)).toEqual(one);
      }
    }
  });

  it.each([true, false])('makes the examples that the reference makes, normalised: %s', async (normalised) => {
    const random = createRandom(1);
    const clips = (['chirp', 'pulses', 'hum'] as const).map((kind) => ({
      samples: toInt16(synthesise(kind, 5)),
      windowStart: 0,
      word: { start: 3000, firstThird: 6000, lastThird: 9000, end: 12_000 },
    }));
    const long = Float32Array.from({ length: 40_000 }, (_, i) => 0.3 * Math.sin(i / 5 + Math.sin(i / 900)));
    clips.push({ ...clips[0]!, samples: toInt16(long), windowStart: 12_345 });
    const recordings = [20_000, 3000].map((length) =>
      toInt16(Float32Array.from({ length }, () => 0.1 * random.normal())),
    );
    const source: PlanSource = {
      clips,
      anywhere: [false, false, true, true],
      background: { recordings },
      augment: { ...DEFAULT_AUGMENT_SETTINGS, lowPassProbability: 0.5 },
      seed: 3,
    };
    const settings = DEFAULT_FEATURE_SETTINGS;
    const normaliser = {
      mean: Float32Array.from({ length: 40 }, (_, k) => 100 / (k + 1)),
      deviation: new Float32Array(40).fill(10),
    };
    // Clips, silence, words cut off, and spliced ones.
    const drawn = Int32Array.from({ length: 78 }, (_, i) => (i < 60 ? (i % 9) - 5 : spliceOf(i % 4)));
    const make = async (maker: ReturnType<typeof createReferenceExampleMaker>): Promise<Float32Array> => {
      const out = new Float32Array(drawn.length * settings.windowFrames * settings.coefficients);
      await maker.make(drawn, 2, 10, out, normalised ? normaliser : undefined);
      return out;
    };
    const expected = await make(createReferenceExampleMaker(source, createRecipeExtractor(settings)));
    const made = await make(createNativeExampleMaker(addon!, source, settings, set));
    // Sounds are rounded to float at other places on the way, which quiet bands feel most, above all between the samples of
    // noise that is played faster or slower.
    expect(largestDifference(made, expected)).toBeLessThan(normalised ? 0.01 : 0.1);
    const mean = made.reduce((sum, value, i) => sum + Math.abs(value - expected[i]!), 0) / made.length;
    expect(mean).toBeLessThan(normalised ? 5e-5 : 5e-4);
  });
});
