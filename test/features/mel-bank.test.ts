import { describe, expect, it } from 'vitest';
import { createMelBank, melBandEdges } from '../../src/features/mel-bank.ts';
import { createMeydaExtractor } from '../../src/features/meyda-extractor.ts';
import { createRecipeExtractor } from '../../src/features/recipe-extractor.ts';
import { DEFAULT_FEATURE_SETTINGS } from '../../src/features/settings.ts';
import { createRandom } from '../../src/random.ts';
import { VARIED_SETTINGS } from './test-sounds.ts';

describe('melBandEdges', () => {
  it('run from bin 0 to Nyquist without ever falling', () => {
    for (const settings of VARIED_SETTINGS) {
      const edges = melBandEdges(settings);
      expect(edges).toHaveLength(settings.melBands + 2);
      expect(edges[0]).toBe(0);
      expect(edges.at(-1)).toBe(settings.frameLength / 2);
      expect(edges.every((edge, i) => i === 0 || edge >= edges[i - 1]!)).toBe(true);
    }
  });
});

describe('melBandEdges, where rounding decides on which side of a bin an edge falls,', () => {
  it('sides with Meyda', () => {
    const settings = { ...DEFAULT_FEATURE_SETTINGS, frameLength: 4096, melBands: 106 };
    const noise = createRandom(8);
    const samples = Float32Array.from({ length: 4096 }, () => noise.between(-0.1, 0.1));
    const [expected, actual] = [new Float32Array(106), new Float32Array(106)];
    createMeydaExtractor(settings).extract(samples, 0, new Float32Array(40), 0, expected);
    createRecipeExtractor(settings).extract(samples, 0, new Float32Array(40), 0, actual);
    for (let band = 0; band < 106; band++) expect(actual[band]).toBeCloseTo(expected[band]!, 4);
  });
});

describe('createMelBank', () => {
  const settings = { ...DEFAULT_FEATURE_SETTINGS, melBands: 13, coefficients: 13 };
  const edges = melBandEdges(settings);

  it('weighs a bin at the centre of a band with 1, and half-way up its slope with a half', () => {
    const bank = createMelBank(settings);
    const logMel = new Float64Array(13);
    const [low, centre] = [edges[11]!, edges[12]!];
    const power = new Float64Array(256);
    power[centre] = 1_000;
    bank(power, logMel);
    expect(logMel[11]).toBeCloseTo(Math.log(1_001), 5);
    // The slopes end where the next band begins: that band sees nothing of it.
    expect(logMel[12]).toBe(0);
    const halfWay = (low + centre) / 2;
    power.fill(0);
    power[Math.floor(halfWay)] = 1_000;
    bank(power, logMel);
    expect(logMel[11]).toBeCloseTo(Math.log(1 + (1_000 * (Math.floor(halfWay) - low)) / (centre - low)), 5);
  });

  it('gives 0 for a band that has no bin', () => {
    const narrow = { ...DEFAULT_FEATURE_SETTINGS, frameLength: 64, hopLength: 40, melBands: 128 };
    const logMel = new Float64Array(128).fill(NaN);
    createMelBank(narrow)(new Float64Array(32).fill(1_000), logMel);
    const narrowEdges = melBandEdges(narrow);
    const empty = Array.from(logMel.keys()).filter((band) => narrowEdges[band] === narrowEdges[band + 2]);
    expect(empty.length).toBeGreaterThan(50);
    expect(empty.every((band) => logMel[band] === 0)).toBe(true);
    expect(logMel.every(Number.isFinite)).toBe(true);
  });
});
