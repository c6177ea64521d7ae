import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { allFrames, clipFrames } from '../../src/features/clip-features.ts';
import type { FrameExtractor } from '../../src/features/frame-extractor.ts';
import { FrameStream } from '../../src/features/frame-stream.ts';
import { createMeydaExtractor } from '../../src/features/meyda-extractor.ts';
import { createRecipeExtractor } from '../../src/features/recipe-extractor.ts';
import { DEFAULT_FEATURE_SETTINGS } from '../../src/features/settings.ts';
import { speechLike, VARIED_SETTINGS } from './test-sounds.ts';

const extractor = createRecipeExtractor(DEFAULT_FEATURE_SETTINGS);
const speech = speechLike(16_032);

/** A stream that keeps all it makes. */
function recordingStream(source: FrameExtractor) {
  const mfccs: number[] = [];
  const logMels: number[] = [];
  const indices: number[] = [];
  const stream = new FrameStream(source, (mfcc, logMel, frameIndex) => {
    mfccs.push(...mfcc);
    logMels.push(...logMel);
    indices.push(frameIndex);
  });
  return { stream, indices, logMels, values: () => Float32Array.from(mfccs) };
}

describe('FrameStream', () => {
  it('makes the offline frames, to the bit, whatever the chunks', () => {
    const offline = VARIED_SETTINGS.map((settings) => createRecipeExtractor(settings)).map((source) => ({
      source,
      frames: allFrames(speech.subarray(0, 5_000), source),
    }));
    fc.assert(
      fc.property(
        fc.constantFrom(...offline),
        fc.array(fc.oneof(fc.integer({ min: 0, max: 20 }), fc.integer({ min: 0, max: 2_000 })), { minLength: 1 }),
        ({ source, frames }, chunkLengths) => {
          const { stream, indices, values } = recordingStream(source);
          let start = 0;
          for (const length of [...chunkLengths, 5_000]) {
            stream.push(speech.subarray(start, Math.min(5_000, start + length)));
            start = Math.min(5_000, start + length);
          }
          expect(values()).toEqual(frames.values);
          expect(indices).toEqual(Array.from({ length: frames.frameCount }, (_, i) => i));
        },
      ),
      { seed: 7, numRuns: 60 },
    );
  });

  it('makes the 98 frames of a clip from its 16,032 samples, by Meyda too', () => {
    const meyda = createMeydaExtractor(DEFAULT_FEATURE_SETTINGS);
    const { stream, values } = recordingStream(meyda);
    for (let start = 0; start < 16_032; start += 128) stream.push(speech.subarray(start, start + 128));
    expect(stream.frameCount).toBe(98);
    expect(values()).toEqual(clipFrames(speech, meyda).values);
  });

  it('delivers a frame with its last sample, not before and not again', () => {
    const { stream, indices } = recordingStream(extractor);
    stream.push(speech.subarray(0, 511));
    expect(indices).toEqual([]);
    stream.push(speech.subarray(511, 512));
    expect(indices).toEqual([0]);
    stream.push(speech.subarray(512, 671));
    expect(indices).toEqual([0]);
    stream.push(speech.subarray(671, 672));
    expect(indices).toEqual([0, 1]);
  });

  it('hands over the mel bands of the same frame', () => {
    const { stream, logMels } = recordingStream(extractor);
    stream.push(speech.subarray(0, 672));
    const expected = new Float32Array(80);
    extractor.extract(speech, 0, new Float32Array(40), 0, expected, 0);
    extractor.extract(speech, 160, new Float32Array(40), 0, expected, 40);
    expect(Float32Array.from(logMels)).toEqual(expected);
  });

  it.each([NaN, Infinity, -Infinity, 3e38])(
    'leaves out a chunk with the sample %d, and goes on as though it had not come',
    (bad) => {
      const { stream, values } = recordingStream(extractor);
      const spoilt = speech.slice(0, 1_000);
      spoilt[900] = bad;
      stream.push(speech.subarray(0, 700));
      expect(() => stream.push(spoilt)).toThrow(/^Sample 900 of a chunk of sound is/);
      expect(stream.frameCount).toBe(2);
      stream.push(speech.subarray(700, 3_000));
      expect(values()).toEqual(allFrames(speech.subarray(0, 3_000), extractor).values);
    },
  );

  it('does not keep the chunk it was given', () => {
    const { stream, values } = recordingStream(extractor);
    const chunk = speech.slice(0, 500);
    stream.push(chunk);
    chunk.fill(9);
    stream.push(speech.subarray(500, 600));
    expect(values()).toEqual(allFrames(speech.subarray(0, 600), extractor).values);
  });

  it('begins again after a reset', () => {
    const { stream, indices, values } = recordingStream(extractor);
    stream.push(speech.subarray(5_000, 5_500));
    stream.reset();
    stream.push(speech.subarray(0, 600));
    expect(indices).toEqual([0]);
    expect(values()).toEqual(allFrames(speech.subarray(0, 600), extractor).values);
  });
});
