import { HeedError } from '../errors.ts';
import { checkFeatureSettings, type FeatureSettings } from './settings.ts';

/** Turns one frame of sound into MFCCs. Two of the same settings make the same frames, whoever made them. */
export interface FrameExtractor {
  readonly settings: FeatureSettings;
  /**
   * Computes the frame `samples[start … start + frameLength)`.
   *
   * @param samples  full scale is ±1; the extractor multiplies by `settings.scale` itself
   * @param mfcc  receives `settings.coefficients` values from `mfccStart` on
   * @param logMel  receives `settings.melBands` values ln(1 + mel power) from `logMelStart` (0) on, when given
   * @throws {HeedError} `shape-mismatch` where a frame does not fit its array; `sound-invalid` where a sample is not
   *   finite or too large to square; neither writes anything
   */
  extract(
    samples: Float32Array,
    start: number,
    mfcc: Float32Array,
    mfccStart: number,
    logMel?: Float32Array,
    logMelStart?: number,
  ): void;
  /** The same for `frameCount` frames, a hop apart, where many at once are quicker. */
  extractMany?(samples: Float32Array, start: number, frameCount: number, mfcc: Float32Array, mfccStart: number): void;
}

/** A frozen copy of the settings, so that whoever passed them cannot change an extractor's afterwards. */
export function ownSettings(settings: FeatureSettings): FeatureSettings {
  checkFeatureSettings(settings);
  return Object.freeze({ ...settings });
}

/** Checks that a frame and its results fit. @throws {HeedError} `shape-mismatch`, saying which does not */
export function checkFrame(
  settings: FeatureSettings,
  samples: Float32Array,
  start: number,
  mfcc: Float32Array,
  mfccStart: number,
  logMel: Float32Array | undefined,
  logMelStart: number,
): void {
  if (!fits(samples, start, settings.frameLength)) misfit('The frame', samples, start, settings.frameLength);
  if (!fits(mfcc, mfccStart, settings.coefficients))
    misfit("The frame's MFCCs", mfcc, mfccStart, settings.coefficients);
  if (logMel && !fits(logMel, logMelStart, settings.melBands))
    misfit("The frame's mel bands", logMel, logMelStart, settings.melBands);
}

function fits(array: Float32Array, start: number, length: number): boolean {
  return Number.isInteger(start) && start >= 0 && start + length <= array.length;
}

function misfit(what: string, array: Float32Array, start: number, length: number): never {
  throw new HeedError(
    'shape-mismatch',
    `${what} (${length} values from ${start} on) does not fit into an array of ${array.length}.`,
  );
}

/** The error for a frame whose sums are not finite: names the first offending sample. */
export function invalidFrame(samples: Float32Array, start: number, settings: FeatureSettings): HeedError {
  for (let i = start; i < start + settings.frameLength; i++)
    if (!Number.isFinite(samples[i]!))
      return new HeedError('sound-invalid', `Sample ${i} of this sound is ${samples[i]}, so it has no features.`);
  return new HeedError(
    'sound-invalid',
    `The samples from ${start} on are too large for any features; full scale is 1.`,
  );
}
