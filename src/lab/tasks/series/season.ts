import { fitRidge, type LinearModel } from './ridge-regression.ts';

const YEAR_DAYS = 365.2425;
const DAY_MS = 86_400_000;

/** Where a day lies in the year, as a point on the unit circle. */
export function seasonOf(timeMs: number): [number, number] {
  const angle = (2 * Math.PI * (timeMs / DAY_MS)) / YEAR_DAYS;
  return [Math.sin(angle), Math.cos(angle)];
}

/** What is usual for each day of the year: a wave of one year through the values at these moments. */
export function fitSeason(times: readonly number[], values: ArrayLike<number>): (timeMs: number) => number {
  const model: LinearModel = fitRidge(times.map(seasonOf), values, 1e-6);
  return (timeMs) => model(seasonOf(timeMs));
}
