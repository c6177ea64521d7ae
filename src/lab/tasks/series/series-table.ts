import { csvParseRows } from 'd3-dsv';
import { HeedError } from '../../../errors.ts';

/** Numbers that were taken at regular moments, one row each. */
export interface SeriesTable {
  /** As milliseconds since 1970 (UTC), rising. */
  readonly times: readonly number[];
  /** The numbers of each column asked for, by its name. */
  readonly columns: ReadonlyMap<string, Float64Array>;
}

export interface SeriesOptions {
  readonly columns: readonly string[];
  /** The most days from one row to the next: 1 where every day must be there, more for a market that is closed on some. */
  readonly mostDaysApart: number;
}

const DAY_MS = 86_400_000;

/**
 * Reads a series from comma-separated values with a line of names, of which one is `date` (2012-01-31).
 *
 * @param name of the file, for messages
 * @throws {HeedError} dataset where it is not UTF-8, lacks a column, has a gap, or holds something else than a number
 */
export function readSeries(bytes: Uint8Array, name: string, options: SeriesOptions): SeriesTable {
  const refuse = (problem: string): never => {
    throw new HeedError('dataset', `${name} cannot be learned from: ${problem}. Nothing was changed.`);
  };
  const rows = csvParseRows(decode(bytes, refuse)).filter((row) => row.length > 1 || row[0]!.trim() !== '');
  const [names, ...days] = rows;
  const column = (wanted: string): number => {
    const at = names?.indexOf(wanted) ?? -1;
    return at >= 0 ? at : refuse(`its first line names no column ${wanted}`);
  };
  const dateAt = column('date');
  const times = days.map((row, index) => {
    const time = timeOf(row[dateAt] ?? '');
    return Number.isNaN(time)
      ? refuse(`row ${index + 1} has no date of the form 2012-01-31 but "${shorten(row[dateAt] ?? '')}"`)
      : time;
  });
  times.forEach((time, index) => {
    if (index === 0) return;
    const apart = (time - times[index - 1]!) / DAY_MS;
    if (apart <= 0) refuse(`row ${index + 1} (${days[index]![dateAt]}) does not come after the one before it`);
    if (apart > options.mostDaysApart)
      refuse(`it has a gap of ${apart} days before ${days[index]![dateAt]}; fill it, or begin the file after it`);
  });
  const columns = options.columns.map((wanted): [string, Float64Array] => {
    const at = column(wanted);
    return [
      wanted,
      Float64Array.from(days, (row, index) => {
        const text = (row[at] ?? '').trim();
        const value = text === '' ? Number.NaN : Number(text);
        return Number.isFinite(value)
          ? value
          : refuse(`row ${index + 1} (${days[index]![dateAt]}) has no number as ${wanted} but "${shorten(text)}"`);
      }),
    ];
  });
  return { times, columns: new Map(columns) };
}

function decode(bytes: Uint8Array, refuse: (problem: string) => never): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return refuse('it is not text in UTF-8');
  }
}

/** A day's first millisecond, or NaN for what is no day of the calendar. */
function timeOf(text: string): number {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text)) return Number.NaN;
  const time = Date.parse(`${text}T00:00:00Z`);
  return !Number.isNaN(time) && new Date(time).toISOString().startsWith(text) ? time : Number.NaN;
}

function shorten(text: string): string {
  return text.length > 20 ? `${text.slice(0, 20)}…` : text;
}
