import { BACKGROUND_FOLDER } from '../../dataset/labels.ts';
import { HeedError } from '../../errors.ts';
import { UNKNOWN_LABEL } from '../../model/model.ts';

/** Labels that are no word of the user's but hold takes like one: other words, and background noise. */
export const RESERVED_LABELS: readonly string[] = [UNKNOWN_LABEL, BACKGROUND_FOLDER];

const LONGEST = 64;
/** A file name may have 255 bytes on most systems, and a temporary name is a little longer than the final one. */
const LONGEST_BYTES = 200;
// Not allowed in file names on one system or another, or invisible.
// eslint-disable-next-line no-control-regex
const FORBIDDEN = /[\u0000-\u001f\u007f<>:"/\\|?*\u200b-\u200f\u2028-\u202e\ufeff]/;
/** Names that Windows keeps for devices, whatever their ending. */
const DEVICE = /^(con|prn|aux|nul|com\d|lpt\d)(\.|$)/i;

/**
 * A word as it is kept: without spaces around it, in Unicode's composed form, fit to be a folder's name on every system.
 * @throws {HeedError} usage, saying what is wrong with it
 */
export function wordLabel(text: string): string {
  const label = text.normalize('NFC').trim().replace(/\s+/gu, ' ');
  const problem = labelProblem(label);
  if (problem) throw new HeedError('usage', `“${label.slice(0, LONGEST)}” cannot be the name of a word: ${problem}.`);
  return label;
}

/** Whether a folder of this name holds takes. */
export function isTakesFolder(name: string): boolean {
  return RESERVED_LABELS.includes(name) || (labelProblem(name) === undefined && name.trim() === name);
}

/** Whether two words would share a folder where the file system takes no notice of case. */
export function sameLabel(a: string, b: string): boolean {
  return a.normalize('NFC').toLowerCase() === b.normalize('NFC').toLowerCase();
}

function labelProblem(label: string): string | undefined {
  if (label === '') return 'it is empty';
  if (label.length > LONGEST) return `it is longer than ${LONGEST} characters`;
  if (new TextEncoder().encode(label).length > LONGEST_BYTES) return `it takes more than ${LONGEST_BYTES} bytes`;
  if (FORBIDDEN.test(label)) return 'it holds a character that file names cannot have, such as / or ?';
  if (/^[._]/.test(label)) return 'it begins with a point or an underscore, which Heed uses itself';
  if (label.endsWith('.')) return 'it ends with a point';
  if (DEVICE.test(label)) return 'Windows keeps this name for a device';
  return undefined;
}
