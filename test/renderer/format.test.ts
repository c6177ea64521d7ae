import { describe, expect, it } from 'vitest';
import { displayLabel, formatClock, formatLevel, formatPercent } from '../../renderer/format.ts';

describe('numbers and names on screen', () => {
  it('are percentages without decimals, within 0 and 100', () => {
    expect([0, 0.005, 0.974, 0.999, 1.2, -1].map(formatPercent)).toEqual(
      ['0', '1', '97', '100', '100', '0'].map((number) => `${number}\u00a0%`),
    );
  });

  it('are levels with a true minus sign, and none at all for silence', () => {
    expect(formatLevel(-18.4)).toBe('−18\u00a0dB');
    expect(formatLevel(-0.2)).toBe('0\u00a0dB');
    expect([-120, Number.NEGATIVE_INFINITY, Number.NaN].map((level) => formatLevel(level))).toEqual(
      Array(3).fill('−∞\u00a0dB'),
    );
  });

  it('are local times with two digits each', () => {
    expect(formatClock(new Date(2026, 10, 3, 4, 2, 9).getTime())).toBe('04:02:09');
    expect(formatClock(new Date(2026, 10, 3, 14, 2, 11).getTime())).toBe('14:02:11');
  });

  it('are plain words for what is no word', () => {
    expect(['left', '_silence_', '_unknown_'].map(displayLabel)).toEqual(['left', 'silence', 'other']);
  });
});
