import { describe, expect, it } from 'vitest';
import { HeedError } from '../../src/errors.ts';
import {
  checkFeatureSettings,
  DEFAULT_FEATURE_SETTINGS,
  featureHash,
  hopMs,
  windowLength,
  type FeatureSettings,
} from '../../src/features/settings.ts';

describe('featureHash', () => {
  it('is what it always was for the default settings: models in the field carry it', () => {
    expect(featureHash(DEFAULT_FEATURE_SETTINGS)).toBe('212a6debefac0208');
  });

  it('does not depend on the order in which the settings are written', () => {
    const reversed = Object.fromEntries(Object.entries(DEFAULT_FEATURE_SETTINGS).reverse());
    expect(featureHash(reversed as unknown as FeatureSettings)).toBe(featureHash(DEFAULT_FEATURE_SETTINGS));
  });

  it('differs for every setting that differs', () => {
    const changed = Object.keys(DEFAULT_FEATURE_SETTINGS).map((name) => {
      const value = DEFAULT_FEATURE_SETTINGS[name as keyof FeatureSettings];
      return { ...DEFAULT_FEATURE_SETTINGS, [name]: typeof value === 'number' ? value + 1 : `${value}2` };
    });
    const hashes = [DEFAULT_FEATURE_SETTINGS, ...changed].map(featureHash);
    expect(new Set(hashes).size).toBe(1 + Object.keys(DEFAULT_FEATURE_SETTINGS).length);
  });
});

describe('the default settings', () => {
  it('see 16,032 samples at once, and hop 10 ms', () => {
    expect(windowLength(DEFAULT_FEATURE_SETTINGS)).toBe(16_032);
    expect(hopMs(DEFAULT_FEATURE_SETTINGS)).toBe(10);
  });

  it('cannot be changed', () => {
    expect(Object.isFrozen(DEFAULT_FEATURE_SETTINGS)).toBe(true);
  });
});

describe('checkFeatureSettings', () => {
  it.each<Partial<FeatureSettings>>([
    {},
    { frameLength: 64, hopLength: 16 },
    { frameLength: 4096, hopLength: 4096 },
    { melBands: 128 },
    { melBands: 2, coefficients: 2 },
    { coefficients: 1, windowFrames: 1, scale: 0.5 },
  ])('takes the default with %o', (change) => {
    expect(() => checkFeatureSettings({ ...DEFAULT_FEATURE_SETTINGS, ...change })).not.toThrow();
  });

  it.each<[string, unknown]>([
    ['kind', 'plp'],
    ['window', 'hamming'],
    ['sampleRateHz', 44_100],
    ['frameLength', 500],
    ['frameLength', 32],
    ['frameLength', 8192],
    ['frameLength', NaN],
    ['frameLength', '512'],
    ['hopLength', 0],
    ['hopLength', 513],
    ['hopLength', 100.5],
    ['melBands', 1],
    ['melBands', 129],
    ['melBands', 39],
    ['coefficients', 0],
    ['coefficients', 41],
    ['coefficients', undefined],
    ['windowFrames', 0],
    ['windowFrames', 10_001],
    ['scale', 0],
    ['scale', -1],
    ['scale', Infinity],
    ['scale', NaN],
    ['scale', '32768'],
  ])('refuses %s = %s', (name, value) => {
    const settings = { ...DEFAULT_FEATURE_SETTINGS, [name]: value } as FeatureSettings;
    let refusal: unknown;
    try {
      checkFeatureSettings(settings);
    } catch (error) {
      refusal = error;
    }
    expect(refusal).toBeInstanceOf(HeedError);
    expect(refusal).toMatchObject({ code: 'feature-settings' });
  });
});
