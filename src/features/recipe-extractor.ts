import { createCosineTransform } from './cosine-transform.ts';
import { checkFrame, invalidFrame, ownSettings, type FrameExtractor } from './frame-extractor.ts';
import { createMelBank } from './mel-bank.ts';
import { createPowerSpectrum } from './power-spectrum.ts';
import type { FeatureSettings } from './settings.ts';

/**
 * Frames by Meyda's recipe, for bulk work such as training: the same numbers about nine times as fast, without
 * allocating anything per frame.
 *
 *     frame → × scale → × symmetric Hann window → power spectrum → ln(1 + mel bands) → DCT-II × 2
 *
 * Rounds to float32 where Meyda does, so that the two differ by no more than the last bit of a float32.
 *
 * @throws {HeedError} `feature-settings`
 */
export function createRecipeExtractor(settings: FeatureSettings): FrameExtractor {
  const own = ownSettings(settings);
  const { frameLength, melBands, coefficients, scale } = own;
  const hann = Float32Array.from(
    { length: frameLength },
    (_, i) => 0.5 - 0.5 * Math.cos((2 * Math.PI * i) / (frameLength - 1)),
  );
  const powerSpectrum = createPowerSpectrum(frameLength);
  const melBank = createMelBank(own);
  const cosineTransform = createCosineTransform(melBands, coefficients);
  const windowed = new Float64Array(frameLength);
  const power = new Float64Array(frameLength / 2);
  const bands = new Float64Array(melBands);
  const cepstrum = new Float64Array(coefficients);

  return {
    settings: own,
    extract(samples, start, mfcc, mfccStart, logMel, logMelStart = 0) {
      checkFrame(own, samples, start, mfcc, mfccStart, logMel, logMelStart);
      for (let i = 0; i < frameLength; i++) windowed[i] = Math.fround(samples[start + i]! * scale) * hann[i]!;
      powerSpectrum(windowed, power);
      melBank(power, bands);
      cosineTransform(bands, cepstrum);
      // c0 is the sum over all bands: where anything was not finite, it is not either.
      if (!Number.isFinite(cepstrum[0])) throw invalidFrame(samples, start, own);
      mfcc.set(cepstrum, mfccStart);
      logMel?.set(bands, logMelStart);
    },
  };
}
