import { basename } from 'node:path';
import { HeedError } from '../../../errors.ts';
import { readWholeFile } from '../../../read-file.ts';
import { StageProgress } from '../../../training/progress.ts';
import type { Experiment, Laboratory } from '../experiment.ts';
import { ForecastNetwork, type ForecastTuning, type Windows } from './forecast-network.ts';
import { rootMeanSquare } from './forecast-errors.ts';
import { fitRidge } from './ridge-regression.ts';
import { fitSeason, seasonOf } from './season.ts';
import { readSeries, type SeriesTable } from './series-table.ts';

const DAY_MS = 86_400_000;
const COLUMNS = ['temp_max', 'temp_min', 'precipitation', 'wind'] as const;
/** Days ahead. */
const HORIZONS = [1, 7] as const;
/** What the ridge regression sees. */
const RIDGE_DAYS = 14;
const RIDGE_PENALTY = 1;
/** What the GRU sees. */
const WINDOW_DAYS = 30;
/** Chosen on 2014 with the years before it; 2015 was not looked at. */
const TUNING: ForecastTuning = {
  ...{ hiddenSize: 16, stepCount: 400, batchSize: 64, learningRate: 0.003, dropout: 0.3, networks: 10 },
};

/** A day on which something is forecast: the row of the table, the day itself being the last that is known. */
type Origin = number;

/**
 * Forecasts the next day's and the next week's maximum temperature; the last year of the table is held out. Beside the GRU:
 * persistence ("as today") and a ridge regression on 14 days and the season.
 *
 * @throws {HeedError} file-missing; dataset; training-diverged; cancelled
 */
export async function forecastWeather(
  { file, seed }: { readonly file: string; readonly seed: number },
  lab: Laboratory,
): Promise<Experiment> {
  const name = basename(file);
  const table = readSeries(await readWholeFile(file), name, { columns: COLUMNS, mostDaysApart: 1 });
  const { training, held, heldYear } = splitByYear(table, name);
  const maximum = table.columns.get('temp_max')!;
  const truth = HORIZONS.map((days, h) => held[h]!.map((origin) => maximum[origin + days]!));

  const persistence = held.map((origins) => origins.map((origin) => maximum[origin]!));
  const linear = HORIZONS.map((days) => fitRidgeForecast(table, training, days));
  const ridge = linear.map((forecast, h) => held[h]!.map(forecast));
  const gru = await gruForecasts(table, training, held, linear, seed, lab);

  const figures = (forecasts: readonly number[][]) => ({
    nextDay: rootMeanSquare(forecasts[0]!, truth[0]!),
    nextWeek: rootMeanSquare(forecasts[1]!, truth[1]!),
  });
  const rows = [
    { name: 'GRU over 30 days, on top of the ridge regression', figures: figures(gru) },
    { name: 'ridge regression on 14 days and the season', figures: figures(ridge) },
    { name: 'as today (persistence)', figures: figures(persistence) },
  ];
  const [ours, theirs] = rows.map((row) => row.figures);
  const column = (key: string, label: string) => ({ key, label, unit: '°C' as const, decimals: 2 });
  const at = (values: readonly number[]) =>
    held[0]!.map((origin, i) => ({ x: table.times[origin + 1]!, y: values[i]! }));
  return {
    title: `Maximum temperature in ${heldYear}, root mean square error of ${held[0]!.length} forecasts`,
    columns: [column('nextDay', 'next day'), column('nextWeek', 'in a week')],
    rows,
    findings: [
      `The GRU is off by ${ours!.nextDay.toFixed(2)} °C for the next day and ${ours!.nextWeek.toFixed(2)} °C for the day a week ahead; ` +
        `the ridge regression by ${theirs!.nextDay.toFixed(2)} and ${theirs!.nextWeek.toFixed(2)} °C.`,
    ],
    plot: {
      title: `The next day's maximum temperature in ${heldYear}`,
      description: `What was measured in ${heldYear} and what the GRU said the day before; it is off by ${ours!.nextDay.toFixed(2)} °C (root mean square).`,
      x: { label: heldYear, ticks: monthTicks(held[0]!.map((origin) => table.times[origin + 1]!)) },
      y: { label: 'maximum temperature (°C)' },
      series: [
        { name: 'measured', points: at(truth[0]!) },
        { name: 'GRU, the day before', points: at(gru[0]!) },
      ],
    },
  };
}

/** The last calendar year is held out: all that is forecast for its days, from what was known before. */
function splitByYear({ times }: SeriesTable, name: string): { training: Origin[]; held: Origin[][]; heldYear: string } {
  const yearOf = (time: number): number => new Date(time).getUTCFullYear();
  const last = yearOf(times.at(-1) ?? 0);
  const longest = Math.max(...HORIZONS);
  const origins = times
    .map((_, origin) => origin)
    .filter((origin) => origin >= WINDOW_DAYS - 1 && origin + longest < times.length);
  const training = origins.filter((origin) => yearOf(times[origin + longest]!) < last);
  const held = HORIZONS.map((days) =>
    [...times.keys()].filter((origin) => origin >= WINDOW_DAYS - 1 && yearOf(times[origin + days] ?? 0) === last),
  );
  if (training.length < 60 || held.some((origins) => origins.length < 10))
    throw new HeedError(
      'dataset',
      `${name} is too short: a year is held out, and before it at least ${60 + WINDOW_DAYS + longest} days are needed to learn from. Nothing was changed.`,
    );
  return { training, held, heldYear: String(last) };
}

function fitRidgeForecast(table: SeriesTable, training: readonly Origin[], days: number): (origin: Origin) => number {
  const maximum = table.columns.get('temp_max')!;
  const featuresOf = (origin: Origin): number[] => [
    ...maximum.subarray(origin - RIDGE_DAYS + 1, origin + 1),
    ...seasonOf(table.times[origin]! + days * DAY_MS),
  ];
  const targets = training.map((origin) => maximum[origin + days]!);
  const model = fitRidge(training.map(featuresOf), targets, RIDGE_PENALTY);
  return (origin) => model(featuresOf(origin));
}

/**
 * The GRU sees how far each day was from what is usual in its season, and says how far the days ahead will be from what the
 * ridge regression expects: a linear connection around the network, so that it learns what is not linear. What is usual is
 * learned from the training years alone.
 */
async function gruForecasts(
  table: SeriesTable,
  training: readonly Origin[],
  held: readonly (readonly Origin[])[],
  linear: readonly ((origin: Origin) => number)[],
  seed: number,
  lab: Laboratory,
): Promise<number[][]> {
  const { times, columns } = table;
  const until = training.at(-1)! + 1;
  const past = times.slice(0, until);
  const signals = COLUMNS.map((column) => {
    // Rain and wind have long tails, which their roots have not.
    const values = columns
      .get(column)!
      .map((value) => (column.startsWith('temp') ? value : Math.sqrt(Math.max(0, value))));
    const usual = fitSeason(past, values.subarray(0, until));
    const anomaly = values.map((value, day) => value - usual(times[day]!));
    const scale = Math.sqrt(anomaly.subarray(0, until).reduce((sum, value) => sum + value * value, 0) / until) || 1;
    return { scale, anomaly: anomaly.map((value) => value / scale) };
  });
  const { scale } = signals[0]!;
  const maximum = columns.get('temp_max')!;
  const inputSize = COLUMNS.length + 2;
  const windowsOf = (origins: readonly Origin[]): Windows => {
    const inputs = new Float32Array(origins.length * WINDOW_DAYS * inputSize);
    origins.forEach((origin, window) => {
      for (let t = 0; t < WINDOW_DAYS; t++) {
        const day = origin - WINDOW_DAYS + 1 + t;
        const seen = [...signals.map((signal) => signal.anomaly[day]!), ...seasonOf(times[day]!)];
        inputs.set(seen, (window * WINDOW_DAYS + t) * inputSize);
      }
    });
    // Beyond the end of the table nothing is known, and nothing is asked.
    const values = Float32Array.from(
      origins.flatMap((origin) =>
        HORIZONS.map((days, h) => ((maximum[origin + days] ?? 0) - linear[h]!(origin)) / scale),
      ),
    );
    return { inputs, values, count: origins.length, frameCount: WINDOW_DAYS, inputSize, outputSize: HORIZONS.length };
  };
  const progress = new StageProgress(
    'lab',
    'Training on the weather',
    TUNING.networks * TUNING.stepCount,
    lab.onProgress,
  );
  const network = await ForecastNetwork.train(
    ...([windowsOf(training), TUNING, seed, lab.compute.backend] as const),
    (done) => progress.report(done),
    lab.signal,
  );
  const forecasts: number[][] = [];
  for (const [h, origins] of held.entries()) {
    const answers = await network.forecast(windowsOf(origins));
    forecasts.push(origins.map((origin, i) => linear[h]!(origin) + scale * answers[i * HORIZONS.length + h]!));
  }
  return forecasts;
}

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

function monthTicks(times: readonly number[]): { at: number; text: string }[] {
  return times
    .map((time) => ({ at: time, date: new Date(time) }))
    .filter(({ date }) => date.getUTCDate() === 1)
    .map(({ at, date }) => ({ at, text: MONTHS[date.getUTCMonth()]! }));
}
