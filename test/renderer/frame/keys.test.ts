import { describe, expect, it } from 'vitest';
import { keyCommand, type KeyPress } from '../../../renderer/frame/keys.ts';

const press = (key: string, more: Partial<KeyPress> = {}): KeyPress => ({
  key,
  ctrlKey: false,
  metaKey: false,
  altKey: false,
  repeat: false,
  ...more,
});
const NOTHING = { takesText: false, takesSpace: false };
const BUTTON = { takesText: false, takesSpace: true };
const TEXT = { takesText: true, takesSpace: true };

describe('keys', () => {
  it('toggle listening with Space, except where Space presses a button or is typed', () => {
    expect(keyCommand(press(' '), NOTHING)).toBe('toggle-listening');
    expect(keyCommand(press(' '), BUTTON)).toBeUndefined();
    expect(keyCommand(press(' '), TEXT)).toBeUndefined();
  });

  it('do not toggle again and again while Space is held', () => {
    expect(keyCommand(press(' ', { repeat: true }), NOTHING)).toBeUndefined();
  });

  it('show the list of keys on ?, also from a button, and let ? be typed', () => {
    expect(keyCommand(press('?'), BUTTON)).toBe('keys');
    expect(keyCommand(press('?'), TEXT)).toBeUndefined();
  });

  it('go to the screens', () => {
    expect(keyCommand(press('1'), NOTHING)).toBe('listen-screen');
    expect(keyCommand(press(',', { ctrlKey: true }), TEXT)).toBe('settings-screen');
    expect(keyCommand(press(',', { metaKey: true }), NOTHING)).toBe('settings-screen');
  });

  it('leave the system’s own combinations alone', () => {
    expect(keyCommand(press(' ', { altKey: true }), NOTHING)).toBeUndefined();
    expect(keyCommand(press(' ', { ctrlKey: true }), NOTHING)).toBeUndefined();
    expect(keyCommand(press('1', { metaKey: true }), NOTHING)).toBeUndefined();
  });
});
