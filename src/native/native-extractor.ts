import type { FrameExtractor } from '../features/frame-extractor.ts';
import { checkFeatureSettings, type FeatureSettings } from '../features/settings.ts';
import type { NativeAddon } from './addon.ts';
import { coded } from './coded-errors.ts';

/**
 * Meyda's recipe in the native core: within 1e-4 of Meyda, many frames at once.
 * @throws {HeedError} feature-settings
 */
export function createNativeExtractor(
  addon: NativeAddon,
  settings: FeatureSettings,
  instructionSet = addon.instructionSets[0]!,
): FrameExtractor {
  checkFeatureSettings(settings);
  const mfcc = coded(() => new addon.NativeMfcc(settings, instructionSet));
  return {
    settings,
    extract: (samples, start, out, outStart, logMel, logMelStart = 0) =>
      coded(() => mfcc.extract(samples, start, 1, out, outStart, logMel, logMelStart)),
    extractMany: (samples, start, frameCount, out, outStart) =>
      coded(() => mfcc.extract(samples, start, frameCount, out, outStart, undefined, 0)),
  };
}
