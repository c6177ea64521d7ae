import type { KeyFocus } from '../frame/keys.ts';

/** What a key does while a word is open. */
export type WordKey = 'space-down' | 'space-up' | 'retake' | 'delete' | 'play' | 'close';

/** A key press, as far as it matters here. */
interface KeyPress {
  readonly key: string;
  readonly ctrlKey: boolean;
  readonly metaKey: boolean;
  readonly altKey: boolean;
  readonly repeat: boolean;
  readonly target: EventTarget | null;
}

/** The command behind a key; undefined where the focused element, or nobody, wants it. */
export function wordKey(press: KeyPress, focus: KeyFocus, isDown: boolean): WordKey | undefined {
  if (press.ctrlKey || press.metaKey || press.altKey || focus.takesText) return undefined;
  if (press.key === ' ') {
    if (!isDown) return 'space-up';
    return press.repeat || focus.takesSpace ? undefined : 'space-down';
  }
  if (!isDown || press.repeat) return undefined;
  if (press.key === 'r' || press.key === 'R') return 'retake';
  if (press.key === 'Delete' || press.key === 'Backspace') return 'delete';
  if (press.key === 'Escape') return 'close';
  if (press.key === 'Enter') return focus.takesSpace ? undefined : 'play';
  return undefined;
}
