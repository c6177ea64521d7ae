import type { Clip } from '../../dataset/clip.ts';
import type { ExampleMaker } from '../../dataset/example-maker.ts';
import { clipFrames } from '../../features/clip-features.ts';
import type { FrameExtractor } from '../../features/frame-extractor.ts';
import { normaliseFrames, type Normaliser } from '../../features/normaliser.ts';
import { windowLength } from '../../features/settings.ts';
import type { Network } from '../../nn/network.ts';

/** Normalised features of some windows, with their classes. */
export interface FeatureExamples {
  /** `[examples, windowFrames, coefficients]` */
  readonly features: Float32Array;
  /** `[examples]` */
  readonly classes: Int32Array;
}

const BATCH_SIZE = 64;

/** The features of clips as a recogniser hears them: of the window with the word, nothing varied. */
export function plainFeatures(clips: readonly Clip[], extractor: FrameExtractor, normaliser: Normaliser): Float32Array {
  const { settings } = extractor;
  const samples = new Float32Array(windowLength(settings));
  const length = settings.windowFrames * settings.coefficients;
  const features = new Float32Array(clips.length * length);
  clips.forEach((clip, i) => {
    samples.fill(0);
    const window = clip.samples.subarray(clip.windowStart, clip.windowStart + samples.length);
    window.forEach((sample, at) => (samples[at] = sample / 32_768));
    const { values } = clipFrames(samples, extractor);
    normaliseFrames(values, normaliser, features.subarray(i * length, (i + 1) * length));
  });
  return features;
}

/** Variations of clips, of which `entries` are the indices; as `epoch` of a run. */
export async function variedFeatures(
  maker: ExampleMaker,
  entries: Int32Array,
  epoch: number,
  windowValues: number,
  normaliser: Normaliser,
): Promise<Float32Array> {
  const features = new Float32Array(entries.length * windowValues);
  for (let start = 0; start < entries.length; start += BATCH_SIZE) {
    const slice = entries.subarray(start, start + BATCH_SIZE);
    const out = features.subarray(start * windowValues, (start + slice.length) * windowValues);
    await maker.make(slice, epoch, start, out, normaliser);
  }
  return features;
}

/** What a network answers to windows of `frameCount` frames, `[examples, C]`. */
export async function answers(network: Network, features: Float32Array, frameCount: number): Promise<Float32Array> {
  const { classCount, inputSize } = network.shape;
  const windowValues = frameCount * inputSize;
  const count = features.length / windowValues;
  const out = new Float32Array(count * classCount);
  for (let start = 0; start < count; start += BATCH_SIZE) {
    const size = Math.min(BATCH_SIZE, count - start);
    const inputs = features.subarray(start * windowValues, (start + size) * windowValues);
    const lengths = new Int32Array(size).fill(frameCount);
    out.set(await network.forwardAsync({ inputs, lengths, frameCount }), start * classCount);
  }
  return out;
}
