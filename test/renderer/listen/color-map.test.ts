import { describe, expect, it } from 'vitest';
import { CEILING_DB, COLOR_MAP, colorIndex, FLOOR_DB } from '../../../renderer/listen/color-map.ts';
import { relativeLuminance } from '../luminance.ts';

const logMelOfDb = (levelDb: number): number => (levelDb * Math.LN10) / 10;

describe('the colours of sound pictures', () => {
  it('only get lighter from the floor to the ceiling', () => {
    const luminance = Array.from({ length: 256 }, (_, i) => relativeLuminance([...COLOR_MAP.slice(4 * i, 4 * i + 3)]));
    expect(luminance.every((value, i) => i === 0 || value >= luminance[i - 1]!)).toBe(true);
    expect(luminance[255]! - luminance[0]!).toBeGreaterThan(0.9);
  });

  it('are opaque', () => {
    expect(COLOR_MAP.filter((_, i) => i % 4 === 3).every((opacity) => opacity === 255)).toBe(true);
  });

  it('stand for fixed levels', () => {
    expect(colorIndex(logMelOfDb(FLOOR_DB))).toBe(0);
    expect(colorIndex(logMelOfDb(FLOOR_DB + 0.2 * (CEILING_DB - FLOOR_DB)))).toBe(51);
    expect(colorIndex(logMelOfDb(CEILING_DB))).toBe(255);
  });

  it('are those of the ends beyond the scale, and that of silence for what is no number', () => {
    expect([0, -5, Number.NaN, 1e9, Number.POSITIVE_INFINITY].map(colorIndex)).toEqual([0, 0, 0, 255, 255]);
  });
});
