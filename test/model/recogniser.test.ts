import { beforeAll, describe, expect, it } from 'vitest';
import { clipFrames } from '../../src/features/clip-features.ts';
import { FrameStream } from '../../src/features/frame-stream.ts';
import { createMeydaExtractor } from '../../src/features/meyda-extractor.ts';
import { createRecipeExtractor } from '../../src/features/recipe-extractor.ts';
import { windowLength } from '../../src/features/settings.ts';
import { createClipRecogniser, type ClipRecogniser } from '../../src/model/recogniser.ts';
import { createReferenceBackend } from '../../src/nn/reference-backend.ts';
import { createRandom } from '../../src/random.ts';
import { randomModel } from './random-model.ts';

const model = randomModel({ pooling: 'mean' });
const window = windowLength(model.features);

/** Noise at the given level, so that no two parts of it are alike. */
function noise(length: number, level: number, seed: number): Float32Array {
  const random = createRandom(seed);
  return Float32Array.from({ length }, () => level * random.between(-1, 1));
}

describe('a clip recogniser', () => {
  let recogniser: ClipRecogniser;
  beforeAll(() => {
    recogniser = createClipRecogniser(model, createReferenceBackend(), createRecipeExtractor(model.features));
  });

  it('gives posteriors that are the softmax of its logits', () => {
    const { values } = clipFrames(noise(window, 0.1, 1), createRecipeExtractor(model.features));
    const logits = recogniser.logitsOfFrames(values);
    const posteriors = recogniser.posteriorsOfFrames(values);
    const sum = logits.reduce((total, logit) => total + Math.exp(logit), 0);
    logits.forEach((logit, i) => expect(posteriors[i]).toBeCloseTo(Math.exp(logit) / sum, 6));
    expect(Math.max(...posteriors) - Math.min(...posteriors)).toBeGreaterThan(0.01);
  });

  it('hears the same in a clip as in the frames of a stream of it, to the bit', () => {
    const clip = noise(window, 0.1, 2);
    const frames: number[] = [];
    const stream = new FrameStream(createRecipeExtractor(model.features), (mfcc) => frames.push(...mfcc));
    for (let at = 0; at < clip.length; at += 37) stream.push(clip.subarray(at, at + 37));
    expect(frames).toHaveLength(model.features.windowFrames * model.features.coefficients);
    expect(recogniser.posteriorsOfFrames(Float32Array.from(frames))).toEqual(recogniser.posteriors(clip));
  });

  it('gives each answer in an array of its own', () => {
    const first = recogniser.posteriors(noise(window, 0.1, 3));
    const copy = Float32Array.from(first);
    recogniser.posteriors(noise(window, 0.5, 4));
    recogniser.posteriorsOfFrames(new Float32Array(model.features.coefficients));
    expect(first).toEqual(copy);
  });

  it('names the label of the highest posterior, with the scores of all', async () => {
    const clip = noise(window, 0.1, 5);
    const posteriors = recogniser.posteriors(clip);
    const { label, score, scores, warnings } = await recogniser.classifySound({ samples: clip, sampleRateHz: 16_000 });
    expect(score).toBe(Math.max(...posteriors));
    expect(label).toBe(model.labels[posteriors.indexOf(score)]);
    expect(scores).toEqual(Object.fromEntries(model.labels.map((name, i) => [name, posteriors[i]])));
    expect(warnings).toEqual([]);
  });

  it('classifies the loudest part of a sound longer than its window, and says so', async () => {
    const word = noise(window, 0.8, 6);
    const long = noise(5 * 16_000, 0.001, 7);
    long.set(word, 2 * 16_000);
    const { scores, warnings } = await recogniser.classifySound({ samples: long, sampleRateHz: 16_000 });
    const expected = recogniser.posteriors(word);
    expect(Object.values(scores)).toEqual([...expected]);
    expect(warnings).toEqual([expect.stringMatching(/^The sound lasts 5\.00 s .* from 2\.00 s on, .*`heed listen`/)]);
  });

  it('pads a sound of 10 ms, and says so', async () => {
    const { scores, warnings } = await recogniser.classifySound({ samples: noise(160, 0.5, 8), sampleRateHz: 16_000 });
    expect(Object.values(scores).reduce((sum, value) => sum + value, 0)).toBeCloseTo(1, 5);
    expect(warnings).toEqual([expect.stringMatching(/lasts only 10 ms/)]);
  });

  it('pads a sound a little shorter than its window without a word', async () => {
    const clip = noise(window - 32, 0.1, 9);
    const padded = new Float32Array(window);
    padded.set(clip);
    const { scores, warnings } = await recogniser.classifySound({ samples: clip, sampleRateHz: 16_000 });
    expect(Object.values(scores)).toEqual([...recogniser.posteriors(padded)]);
    expect(warnings).toEqual([]);
  });

  it('resamples a sound of another rate', async () => {
    const tone = (rate: number): Float32Array =>
      Float32Array.from(
        { length: Math.round((window / 16_000) * rate) },
        (_, i) => 0.3 * Math.sin((2 * Math.PI * 700 * i) / rate) * Math.sin((Math.PI * 16_000 * i) / (window * rate)),
      );
    const at16 = await recogniser.classifySound({ samples: tone(16_000), sampleRateHz: 16_000 });
    const at48 = await recogniser.classifySound({ samples: tone(48_000), sampleRateHz: 48_000 });
    for (const label of model.labels) expect(at48.scores[label]).toBeCloseTo(at16.scores[label]!, 1);
  });

  it('refuses no sound, and sound that is not finite', async () => {
    const invalid = { code: 'sound-invalid' };
    const rate = { sampleRateHz: 16_000 };
    await expect(recogniser.classifySound({ samples: new Float32Array(0), ...rate })).rejects.toMatchObject(invalid);
    const broken = noise(window, 0.1, 10);
    broken[77] = NaN;
    await expect(recogniser.classifySound({ samples: broken, ...rate })).rejects.toMatchObject(invalid);
  });

  it('refuses frames that are not whole, and none', () => {
    const mismatch = expect.objectContaining({ code: 'shape-mismatch' }) as Error;
    expect(() => recogniser.logitsOfFrames(new Float32Array(7))).toThrow(mismatch);
    expect(() => recogniser.logitsOfFrames(new Float32Array(0))).toThrow(mismatch);
  });

  it('refuses features that its model was not trained with, and takes the same from another extractor', () => {
    const backend = createReferenceBackend();
    const other = createRecipeExtractor({ ...model.features, hopLength: 256 });
    expect(() => createClipRecogniser(model, backend, other)).toThrow(
      expect.objectContaining({ code: 'feature-mismatch' }) as Error,
    );
    const clip = noise(window, 0.1, 11);
    const meyda = createClipRecogniser(model, backend, createMeydaExtractor({ ...model.features }));
    const posteriors = recogniser.posteriors(clip);
    meyda.posteriors(clip).forEach((posterior, i) => expect(posterior).toBeCloseTo(posteriors[i]!, 3));
  });
});
