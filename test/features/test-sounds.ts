import { createRandom } from '../../src/random.ts';
import { DEFAULT_FEATURE_SETTINGS, type FeatureSettings } from '../../src/features/settings.ts';

/** Settings that differ from the default in frame length, bands, coefficients and scale. */
export const VARIED_SETTINGS: readonly FeatureSettings[] = [
  DEFAULT_FEATURE_SETTINGS,
  { ...DEFAULT_FEATURE_SETTINGS, frameLength: 256, melBands: 26, coefficients: 13, hopLength: 128 },
  { ...DEFAULT_FEATURE_SETTINGS, frameLength: 256, coefficients: 40 },
  { ...DEFAULT_FEATURE_SETTINGS, frameLength: 1024, coefficients: 26 },
  { ...DEFAULT_FEATURE_SETTINGS, frameLength: 1024, melBands: 13, coefficients: 13 },
  { ...DEFAULT_FEATURE_SETTINGS, melBands: 128, scale: 1 },
  { ...DEFAULT_FEATURE_SETTINGS, frameLength: 64, melBands: 2, coefficients: 1, hopLength: 40, scale: 1000.3 },
];

/** Like a vowel between two hisses: harmonics of a gliding voice under two formants, noise around it, peaks near 0.5. */
export function speechLike(length: number, seed = 1): Float32Array {
  const random = createRandom(seed, 'speech-like');
  let phase = 0;
  return Float32Array.from({ length }, (_, i) => {
    phase += (2 * Math.PI * (110 + 30 * Math.sin(i / 3_000))) / 16_000;
    let voice = 0;
    for (const [harmonic, strength] of [
      [1, 0.4],
      [2, 0.3],
      [5, 0.5],
      [6, 0.4],
      [12, 0.15],
      [21, 0.1],
    ] as const)
      voice += strength * Math.sin(harmonic * phase);
    const voiced = Math.sin((Math.PI * i) / length) ** 2;
    return 0.3 * voiced * voice + 0.1 * (1 - voiced) * random.normal() * 0.3 + 0.002 * random.normal();
  });
}

export function scaled(samples: Float32Array, gain: number): Float32Array {
  return samples.map((sample) => sample * gain);
}
