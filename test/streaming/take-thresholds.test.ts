import { describe, expect, it } from 'vitest';
import { takeThresholdCurve } from '../../src/streaming/take-thresholds.ts';

describe('the threshold curve of a word on takes', () => {
  it('counts what would be missed, and what else would be heard as the word', () => {
    const takes = [
      { isWord: true, posterior: 0.9, isHighest: true },
      { isWord: true, posterior: 0.5, isHighest: true },
      { isWord: false, posterior: 0.6, isHighest: true },
      { isWord: false, posterior: 0.1, isHighest: false },
    ];
    expect(takeThresholdCurve(takes, [0, 0.5, 0.55, 0.95])).toEqual([
      { threshold: 0, missed: 0, falseAlarms: 1 },
      { threshold: 0.5, missed: 0, falseAlarms: 1 },
      { threshold: 0.55, missed: 1, falseAlarms: 1 },
      { threshold: 0.95, missed: 2, falseAlarms: 0 },
    ]);
  });

  it('never hears a word that another one outdoes, however low the threshold', () => {
    const takes = [{ isWord: true, posterior: 0.45, isHighest: false }];
    expect(takeThresholdCurve(takes, [0.1])).toEqual([{ threshold: 0.1, missed: 1, falseAlarms: 0 }]);
  });
});
