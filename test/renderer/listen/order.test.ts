import { describe, expect, it } from 'vitest';
import { barOrder } from '../../../renderer/listen/bar-order.ts';
import { movedIndex } from '../../../renderer/listen/moved-index.ts';

describe('the order of the bars', () => {
  it('is the model’s for words, with what is no word behind them, each at its own posterior', () => {
    expect(barOrder(['_silence_', 'yes', '_unknown_', 'no'])).toEqual([
      { label: 'yes', index: 1, isWord: true },
      { label: 'no', index: 3, isWord: true },
      { label: '_silence_', index: 0, isWord: false },
      { label: '_unknown_', index: 2, isWord: false },
    ]);
  });
});

describe('moving through the history by keys', () => {
  it.each([
    ['ArrowRight', 1, 2],
    ['ArrowDown', 3, 3],
    ['ArrowLeft', 1, 0],
    ['ArrowUp', 0, 0],
    ['Home', 2, 0],
    ['End', 0, 3],
    ['a', 2, undefined],
    ['Tab', 2, undefined],
  ])('%s leads from entry %i of four to %s', (key, from, to) => {
    expect(movedIndex(key, from, 4)).toBe(to);
  });
});
