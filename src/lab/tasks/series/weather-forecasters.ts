import type { CancelSignal } from '../../../cancel.ts';
import type { ComputeBackend } from '../../../nn/network.ts';
import type { FitForecaster } from './forecast-average.ts';
import { ForecastNetwork, type ForecastTuning, type Windows } from './forecast-network.ts';
import { fitRidge } from './ridge-regression.ts';
import { fitSeason, seasonOf } from './season.ts';
import type { SeriesTable } from './series-table.ts';
import { WEATHER_COLUMNS, WINDOW_DAYS, type Origin } from './weather-table.ts';

const DAY_MS = 86_400_000;
/** What the ridge regression sees. */
const RIDGE_DAYS = 14;
const RIDGE_PENALTY = 1;

/** The maximum temperature so many days ahead, by a ridge regression on the last 14 maxima and the season. */
export function ridgeForecaster(table: SeriesTable, days: number): FitForecaster {
  const maximum = table.columns.get('temp_max')!;
  const featuresOf = (origin: Origin): number[] => [
    ...maximum.subarray(origin - RIDGE_DAYS + 1, origin + 1),
    ...seasonOf(table.times[origin]! + days * DAY_MS),
  ];
  return (training) => {
    const targets = training.map((origin) => maximum[origin + days]!);
    const model = fitRidge(training.map(featuresOf), targets, RIDGE_PENALTY);
    return Promise.resolve((origins) => Promise.resolve(origins.map((origin) => model(featuresOf(origin)))));
  };
}

/**
 * The same by a GRU over the last 30 days of all columns. It sees how far each day was from what is usual in its season,
 * and says how far the day ahead will be; what is usual is learned from the training days alone.
 *
 * @param onStep hears of each update
 */
export function gruForecaster(
  table: SeriesTable,
  days: number,
  tuning: ForecastTuning,
  seed: number,
  backend: ComputeBackend,
  onStep: () => void,
  signal?: CancelSignal,
): FitForecaster {
  const { times, columns } = table;
  const maximum = columns.get('temp_max')!;
  const inputSize = WEATHER_COLUMNS.length + 2;
  return async (training) => {
    const signals = WEATHER_COLUMNS.map((column) => anomaliesOf(column, table, training));
    const { usual, scale } = signals[0]!;
    const windowsOf = (origins: readonly Origin[]): Windows => {
      const inputs = new Float32Array(origins.length * WINDOW_DAYS * inputSize);
      origins.forEach((origin, window) => {
        for (let t = 0; t < WINDOW_DAYS; t++) {
          const day = origin - WINDOW_DAYS + 1 + t;
          const seen = [...signals.map(({ values }) => values[day]!), ...seasonOf(times[day]!)];
          inputs.set(seen, (window * WINDOW_DAYS + t) * inputSize);
        }
      });
      const values = Float32Array.from(origins, (origin) => (maximum[origin + days]! - expected(origin)) / scale);
      return { inputs, values, count: origins.length, frameCount: WINDOW_DAYS, inputSize, outputSize: 1 };
    };
    const expected = (origin: Origin): number => usual(times[origin]! + days * DAY_MS);
    const network = await ForecastNetwork.train(windowsOf(training), tuning, seed, backend, onStep, signal);
    return async (origins) => {
      const answers = await network.forecast(windowsOf(origins));
      return origins.map((origin, i) => expected(origin) + scale * answers[i]!);
    };
  };
}

/** How far a column is from what is usual in its season, every day, in deviations; what is usual, and a deviation. */
function anomaliesOf(
  column: (typeof WEATHER_COLUMNS)[number],
  { times, columns }: SeriesTable,
  training: readonly Origin[],
): { values: Float64Array; usual: (timeMs: number) => number; scale: number } {
  // Rain and wind have long tails, which their roots have not.
  const values = columns
    .get(column)!
    .map((value) => (column.startsWith('temp') ? value : Math.sqrt(Math.max(0, value))));
  const usual = fitSeason(
    training.map((day) => times[day]!),
    training.map((day) => values[day]!),
  );
  const anomaly = values.map((value, day) => value - usual(times[day]!));
  const square = training.reduce((sum, day) => sum + anomaly[day]! ** 2, 0);
  const scale = Math.sqrt(square / training.length) || 1;
  return { values: anomaly.map((value) => value / scale), usual, scale };
}
