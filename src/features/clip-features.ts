import type { FrameExtractor } from './frame-extractor.ts';
import { windowLength } from './settings.ts';

/** The frames of one sound. */
export interface FeatureFrames {
  readonly frameCount: number;
  readonly coefficients: number;
  /** `[frameCount, coefficients]` */
  readonly values: Float32Array;
}

/**
 * The frames of one clip as the model's window sees them: always `settings.windowFrames`.
 *
 * The clip is cut, or padded with silence, at its end to exactly `windowLength(settings)` samples. Framing of itself
 * never pads: 98 frames of 512 at hop 160 span 16,032 samples, 2 ms more than a second, so that a one-second clip lacks
 * 32 samples of its last frame. Fixing the length once, here, makes a clip the same as a window of a live stream: feed
 * the same 16,032 samples to a {@link FrameStream} and the same 98 frames come out, to the bit.
 *
 * @param samples  at `settings.sampleRateHz`, full scale ±1, of any length
 * @throws {HeedError} `sound-invalid` where a sample in the window is not finite
 */
export function clipFrames(samples: Float32Array, extractor: FrameExtractor): FeatureFrames {
  const length = windowLength(extractor.settings);
  if (samples.length >= length) return allFrames(samples.subarray(0, length), extractor);
  const padded = new Float32Array(length);
  padded.set(samples);
  return allFrames(padded, extractor);
}

/**
 * Every whole frame of a sound of any length; what is left at the end and fills no frame is left out.
 *
 * @param samples  at `settings.sampleRateHz`, full scale ±1
 * @throws {HeedError} `sound-invalid` where a sample is not finite
 */
export function allFrames(samples: Float32Array, extractor: FrameExtractor): FeatureFrames {
  const { frameLength, hopLength, coefficients } = extractor.settings;
  const frameCount = Math.max(0, Math.floor((samples.length - frameLength) / hopLength) + 1);
  const values = new Float32Array(frameCount * coefficients);
  if (extractor.extractMany && frameCount > 0) extractor.extractMany(samples, 0, frameCount, values, 0);
  else
    for (let frame = 0; frame < frameCount; frame++)
      extractor.extract(samples, frame * hopLength, values, frame * coefficients);
  return { frameCount, coefficients, values };
}
