import { SCREENS, type Screen } from '../screens.ts';

/** What a key press asks the studio for, wherever the focus is. */
export type KeyCommand = 'toggle-listening' | 'keys' | 'undo' | 'find-word' | { readonly screen: Screen };

/** A key press, as far as it matters here. */
export interface KeyPress {
  readonly key: string;
  readonly ctrlKey: boolean;
  readonly metaKey: boolean;
  readonly altKey: boolean;
  readonly repeat: boolean;
}

/** What the focused element does itself with the keys it gets. */
export interface KeyFocus {
  /** It takes text. */
  readonly takesText: boolean;
  /** Space presses, chooses or opens it. */
  readonly takesSpace: boolean;
}

/** The command behind a key press; undefined where the focused element, or nobody, wants the key. */
export function keyCommand(press: KeyPress, focus: KeyFocus): KeyCommand | undefined {
  if (press.repeat || press.altKey) return undefined;
  if (press.ctrlKey || press.metaKey) {
    if (press.key === ',') return { screen: 'settings' };
    // Where text is typed, this takes typing back.
    return press.key === 'z' && !focus.takesText ? 'undo' : undefined;
  }
  if (focus.takesText) return undefined;
  if (press.key === ' ') return focus.takesSpace ? undefined : 'toggle-listening';
  if (press.key === '?') return 'keys';
  if (press.key === '/') return 'find-word';
  const screen = SCREENS[Number(press.key) - 1];
  return screen && { screen };
}

const TEXT = 'textarea, select, [contenteditable], input:not([type=range], [type=radio], [type=checkbox])';
const SPACE = 'button, summary, [role=button], [role=option], [role=switch], [role=dialog], input:not([type=range])';

/** What an element in focus does with keys; a slider leaves Space alone. */
export function keyFocus(target: EventTarget | null): KeyFocus {
  if (!(target instanceof Element)) return { takesText: false, takesSpace: false };
  return { takesText: target.closest(TEXT) !== null, takesSpace: target.closest(SPACE) !== null };
}
