import Meyda from 'meyda';
import { checkFrame, invalidFrame, ownSettings, type FrameExtractor } from './frame-extractor.ts';
import type { FeatureSettings } from './settings.ts';

/** What one extraction returns when asked for both features. */
interface MeydaFrame {
  readonly mfcc: readonly number[];
  readonly melBands: readonly number[];
}

/**
 * Frames by Meyda itself, the reference that {@link createRecipeExtractor} is compared with (about 90 µs a frame).
 *
 * Meyda keeps its settings in the object it exports, and rebuilds its mel filter bank only when the number of bands
 * changes: after another frame length or rate it goes on with the old bank and returns NaN or wrong numbers. So every
 * extractor works on a copy of that object, with settings and a filter bank of its own; nothing that anyone does to
 * the exported object afterwards reaches it.
 *
 * @throws {HeedError} `feature-settings`
 */
export function createMeydaExtractor(settings: FeatureSettings): FrameExtractor {
  const own = ownSettings(settings);
  const { frameLength, coefficients, melBands, scale } = own;
  const meyda = Object.assign({}, Meyda, {
    sampleRate: own.sampleRateHz,
    bufferSize: frameLength,
    windowingFunction: own.window,
    melBands,
    numberOfMFCCCoefficients: coefficients,
    // Built on the first call, from the settings above.
    melFilterBank: undefined,
    barkScale: undefined,
    chromaFilterBank: undefined,
  });
  const frame = new Float32Array(frameLength);

  return {
    settings: own,
    extract(samples, start, mfcc, mfccStart, logMel, logMelStart = 0) {
      checkFrame(own, samples, start, mfcc, mfccStart, logMel, logMelStart);
      for (let i = 0; i < frameLength; i++) frame[i] = samples[start + i]! * scale;
      const result = meyda.extract(logMel ? ['mfcc', 'melBands'] : ['mfcc'], frame) as unknown as MeydaFrame;
      // c0 is the sum over all bands: where anything was not finite, it is not either.
      if (!Number.isFinite(result.mfcc[0])) throw invalidFrame(samples, start, own);
      mfcc.set(result.mfcc, mfccStart);
      logMel?.set(result.melBands, logMelStart);
    },
  };
}
