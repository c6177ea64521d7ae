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

  it('find a word on /, and let / be typed', () => {
    expect(keyCommand(press('/'), BUTTON)).toBe('find-word');
    expect(keyCommand(press('/'), TEXT)).toBeUndefined();
  });

  it('show the list of keys on ?, also from a button, and let ? be typed', () => {
    expect(keyCommand(press('?'), BUTTON)).toBe('keys');
    expect(keyCommand(press('?'), TEXT)).toBeUndefined();
  });

  it('go to the screens', () => {
    expect(keyCommand(press('1'), NOTHING)).toEqual({ screen: 'listen' });
    expect(keyCommand(press('2'), BUTTON)).toEqual({ screen: 'words' });
    expect(keyCommand(press('7'), NOTHING)).toEqual({ screen: 'settings' });
    expect(keyCommand(press('1'), TEXT)).toBeUndefined();
    for (const key of ['0', '8', 'a']) expect(keyCommand(press(key), NOTHING)).toBeUndefined();
    expect(keyCommand(press(',', { ctrlKey: true }), TEXT)).toEqual({ screen: 'settings' });
    expect(keyCommand(press(',', { metaKey: true }), NOTHING)).toEqual({ screen: 'settings' });
  });

  it('take the last change back with Ctrl+Z, but leave typing to the field', () => {
    expect(keyCommand(press('z', { ctrlKey: true }), BUTTON)).toBe('undo');
    expect(keyCommand(press('z', { metaKey: true }), NOTHING)).toBe('undo');
    expect(keyCommand(press('z', { ctrlKey: true }), TEXT)).toBeUndefined();
    expect(keyCommand(press('z'), NOTHING)).toBeUndefined();
  });

  it('leave the system’s own combinations alone', () => {
    expect(keyCommand(press(' ', { altKey: true }), NOTHING)).toBeUndefined();
    expect(keyCommand(press(' ', { ctrlKey: true }), NOTHING)).toBeUndefined();
    expect(keyCommand(press('1', { metaKey: true }), NOTHING)).toBeUndefined();
  });
});
