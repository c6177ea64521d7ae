import { describe, expect, it } from 'vitest';
import { wordKey } from '../../../renderer/words/word-keys.ts';

const press = (key: string, more = {}) => ({
  ...{ key, ctrlKey: false, metaKey: false, altKey: false, repeat: false, target: null },
  ...more,
});
const NOTHING = { takesText: false, takesSpace: false };
const BUTTON = { takesText: false, takesSpace: true };
const TEXT = { takesText: true, takesSpace: true };

describe('the keys of an open word', () => {
  it('record with Space, except where Space presses a button or is typed', () => {
    expect(wordKey(press(' '), NOTHING, true)).toBe('space-down');
    expect(wordKey(press(' '), BUTTON, true)).toBeUndefined();
    expect(wordKey(press(' '), TEXT, true)).toBeUndefined();
    expect(wordKey(press(' ', { repeat: true }), NOTHING, true)).toBeUndefined();
  });

  it('end a take that is held wherever the focus went meanwhile', () => {
    expect(wordKey(press(' '), BUTTON, false)).toBe('space-up');
  });

  it('retake, delete and leave, also from a button, and play', () => {
    expect(wordKey(press('r'), BUTTON, true)).toBe('retake');
    expect(wordKey(press('Delete'), BUTTON, true)).toBe('delete');
    expect(wordKey(press('Escape'), BUTTON, true)).toBe('close');
    expect(wordKey(press('Enter'), NOTHING, true)).toBe('play');
    expect(wordKey(press('Enter'), BUTTON, true)).toBeUndefined();
  });

  it('leave typing and the system’s own combinations alone', () => {
    for (const key of ['r', 'Delete', 'Enter', 'Escape']) expect(wordKey(press(key), TEXT, true)).toBeUndefined();
    expect(wordKey(press('r', { ctrlKey: true }), NOTHING, true)).toBeUndefined();
  });
});
