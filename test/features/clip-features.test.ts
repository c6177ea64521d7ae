import { describe, expect, it } from 'vitest';
import { allFrames, clipFrames } from '../../src/features/clip-features.ts';
import { createRecipeExtractor } from '../../src/features/recipe-extractor.ts';
import { DEFAULT_FEATURE_SETTINGS } from '../../src/features/settings.ts';
import { speechLike } from './test-sounds.ts';

const extractor = createRecipeExtractor(DEFAULT_FEATURE_SETTINGS);
const speech = speechLike(20_000);

describe('clipFrames', () => {
  it.each([0, 1, 160, 12_345, 16_000, 16_031, 16_032, 16_033, 20_000])('makes 98 frames of %i samples', (length) => {
    const { frameCount, coefficients, values } = clipFrames(speech.subarray(0, length), extractor);
    expect({ frameCount, coefficients, length: values.length }).toEqual({
      frameCount: 98,
      coefficients: 40,
      length: 98 * 40,
    });
  });

  it('pads a short clip with silence at its end', () => {
    const padded = new Float32Array(16_032);
    padded.set(speech.subarray(0, 9_000));
    expect(clipFrames(speech.subarray(0, 9_000), extractor)).toEqual(allFrames(padded, extractor));
  });

  it('sees nothing behind the window of a long clip', () => {
    const spoilt = speech.slice();
    spoilt.fill(NaN, 16_032);
    expect(clipFrames(spoilt, extractor)).toEqual(clipFrames(speech.subarray(0, 16_032), extractor));
  });

  it('has the last 32 samples of its window in its last frame', () => {
    const changed = speech.slice(0, 16_032);
    changed[15_900]! += 0.1;
    const [before, after] = [clipFrames(speech, extractor).values, clipFrames(changed, extractor).values];
    expect(after.subarray(97 * 40)).not.toEqual(before.subarray(97 * 40));
    expect(after.subarray(0, 96 * 40)).toEqual(before.subarray(0, 96 * 40));
  });

  it('refuses a clip with NaN in its window', () => {
    const spoilt = speech.slice();
    spoilt[8_000] = NaN;
    expect(() => clipFrames(spoilt, extractor)).toThrow('Sample 8000 of this sound is NaN');
  });
});

describe('allFrames', () => {
  it.each([
    [0, 0],
    [511, 0],
    [512, 1],
    [671, 1],
    [672, 2],
    [16_000, 97],
    [20_000, 122],
  ])('makes of %i samples %i frames', (length, frameCount) => {
    const frames = allFrames(speech.subarray(0, length), extractor);
    expect(frames.frameCount).toBe(frameCount);
    expect(frames.values).toHaveLength(frameCount * 40);
  });

  it('lays frame t of hop 160 at sample 160·t', () => {
    const frame = new Float32Array(40);
    extractor.extract(speech, 7 * 160, frame, 0);
    expect(allFrames(speech, extractor).values.subarray(7 * 40, 8 * 40)).toEqual(frame);
  });
});
