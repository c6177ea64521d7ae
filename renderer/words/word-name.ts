import { UNKNOWN, strings } from '../strings.ts';

/** The label under which recordings of the room are kept; the engine's contract names it so. */
export const BACKGROUND = '_background_noise_';

/** A label as people read it on the Words screen. */
export function wordName(label: string): string {
  if (label === UNKNOWN) return strings.words.unknown;
  if (label === BACKGROUND) return strings.words.background;
  return label;
}
