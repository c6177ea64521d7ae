import { describe, expect, it } from 'vitest';
import { columns, duration, percent } from '../../src/cli/format.ts';

describe('format', () => {
  it('writes shares as percentages', () => {
    expect([0, 0.97349, 1].map(percent)).toEqual(['0.0 %', '97.3 %', '100.0 %']);
  });

  it('writes durations as a clock shows them', () => {
    expect([0, 7_400, 59_600, 750_000, 3_723_000, -5].map(duration)).toEqual([
      '0:00',
      '0:07',
      '1:00',
      '12:30',
      '1:02:03',
      '0:00',
    ]);
  });

  it('lines columns up, numbers to the right', () => {
    expect(
      columns([
        ['', 'a', 'bb'],
        ['long', '10', '3'],
        ['x', '1'],
      ]),
    ).toBe('       a  bb\nlong  10   3\nx      1');
  });
});
