import { HeedError } from '../../../errors.ts';
import type { SeriesTable } from './series-table.ts';

export const WEATHER_COLUMNS = ['temp_max', 'temp_min', 'precipitation', 'wind'] as const;
/** Days before a forecast that the GRU sees, the day itself among them. */
export const WINDOW_DAYS = 30;
/** Fewer training days than this teach nothing. */
const FEWEST_DAYS = 60;

/** A day on which something is forecast: the row of the table, the day itself being the last that is known. */
export type Origin = number;

/** Days to learn from, and days of the year that is held out. */
export interface YearSplit {
  readonly training: Origin[];
  /** For each horizon: the days on which a day of the last year is forecast. */
  readonly held: Origin[][];
  readonly heldYear: string;
}

/**
 * Holds out the last calendar year: all that is forecast for its days, from what was known before.
 * @param horizons days ahead
 * @throws {HeedError} dataset where too few days are left
 */
export function splitByYear({ times }: SeriesTable, horizons: readonly number[], name: string): YearSplit {
  const yearOf = (time: number): number => new Date(time).getUTCFullYear();
  const last = yearOf(times.at(-1) ?? 0);
  const longest = Math.max(...horizons);
  const origins = [...times.keys()].filter((origin) => origin >= WINDOW_DAYS - 1);
  const training = origins.filter((origin) => {
    const target = times[origin + longest];
    return target !== undefined && yearOf(target) < last;
  });
  const held = horizons.map((days) => origins.filter((origin) => yearOf(times[origin + days] ?? 0) === last));
  if (training.length < FEWEST_DAYS || held.some((days) => days.length < 10))
    throw new HeedError(
      'dataset',
      `${name} is too short: a year is held out, and before it at least ${FEWEST_DAYS + WINDOW_DAYS + longest} days are needed to learn from. Nothing was changed.`,
    );
  return { training, held, heldYear: String(last) };
}
