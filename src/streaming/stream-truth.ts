import { HeedError } from '../errors.ts';

/** A word that was said in a stream. */
export interface TruthWord {
  /** Its loudest moment, milliseconds since the stream began. */
  readonly timeMs: number;
  readonly label: string;
  /** The line of the truth file that names it, from 1. */
  readonly line: number;
}

const LONGEST_LABEL = 64;
const LONGEST_SHOWN = 40;

/**
 * Reads a truth file: a row `seconds<TAB>label` for each word, in any order; empty lines count for nothing, and so does
 * a byte order mark.
 *
 * @param name  what to call the file in errors
 * @param durationMs  how long the recording lasts; a word beyond its end is refused
 * @returns the words in order of time
 * @throws {HeedError} dataset for the first row that is not of this form, naming its line
 */
export function readStreamTruth(text: string, name: string, durationMs: number): TruthWord[] {
  const words: TruthWord[] = [];
  text
    .replace(/^\uFEFF/, '')
    .split(/\r\n|\n|\r/)
    .forEach((row, index) => {
      if (row.trim() !== '') words.push(readRow(row, name, index + 1, durationMs));
    });
  return words.sort((a, b) => a.timeMs - b.timeMs);
}

function readRow(row: string, name: string, line: number, durationMs: number): TruthWord {
  const refuse = (what: string): never => {
    throw new HeedError(
      'dataset',
      `Line ${line} of ${name} ${what}; a row of a truth file is the seconds of a word's loudest moment, a tab, and its label.`,
    );
  };
  const columns = row.split('\t');
  if (columns.length !== 2) refuse(`has ${columns.length - 1} tabs, not one (${shown(row)})`);
  const [seconds, label] = columns.map((column) => column.trim()) as [string, string];
  // No signs, no exponents, nothing that JavaScript alone takes for a number.
  if (!/^\d{1,9}(\.\d{1,12})?$/.test(seconds)) refuse(`begins with ${shown(seconds)}, which is no time in seconds`);
  if (label === '') refuse('has no label');
  // eslint-disable-next-line no-control-regex
  if (label.length > LONGEST_LABEL || /[\u0000-\u001f\u007f]/.test(label))
    refuse(`has ${shown(label)} for a label, which no model can have`);
  const timeMs = 1000 * Number(seconds);
  if (timeMs > durationMs)
    refuse(
      `names a word at ${seconds} s, but the recording ends at ${(durationMs / 1000).toFixed(1)} s: the two files do not belong together`,
    );
  return { timeMs, label, line };
}

/** Fit to be shown: quoted, cut short, without control characters. */
function shown(text: string): string {
  const printable = text.replace(/\p{C}/gu, '�');
  return `“${printable.length > LONGEST_SHOWN ? `${printable.slice(0, LONGEST_SHOWN)}…` : printable}”`;
}
