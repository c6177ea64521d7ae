import type { FrameExtractor } from '../../../features/frame-extractor.ts';
import { FrameStream } from '../../../features/frame-stream.ts';
import { DEFAULT_FEATURE_SETTINGS, hopMs } from '../../../features/settings.ts';
import type { CallOutput } from '../../contract/calls.ts';

/** The log-mel frames of a whole 16 kHz sound, made as for the models that come with Heed. */
export function pictureOf(samples: Float32Array, extractor: FrameExtractor): CallOutput<'takes.picture'> {
  const frames: Float32Array[] = [];
  new FrameStream(extractor, (_mfcc, logMel) => frames.push(logMel.slice())).push(samples);
  const bands = DEFAULT_FEATURE_SETTINGS.melBands;
  const logMel = new Float32Array(frames.length * bands);
  frames.forEach((frame, index) => logMel.set(frame, index * bands));
  return { bands, hopMs: hopMs(DEFAULT_FEATURE_SETTINGS), logMel };
}
