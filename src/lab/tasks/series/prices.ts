import { basename } from 'node:path';
import { HeedError } from '../../../errors.ts';
import { readWholeFile } from '../../../read-file.ts';
import { StageProgress } from '../../../training/progress.ts';
import type { Experiment, Laboratory } from '../experiment.ts';
import { rootMeanSquare } from './forecast-errors.ts';
import { ForecastNetwork, type ForecastTuning, type Windows } from './forecast-network.ts';
import { fitRidge } from './ridge-regression.ts';
import { readSeries } from './series-table.ts';

const COLUMN = 'close';
/** Weekends, holidays, and the longest that a large exchange was ever closed for. */
const MOST_DAYS_APART = 14;
/** Trading days ahead. */
const HORIZONS = [1, 5] as const;
const RIDGE_DAYS = 14;
const RIDGE_PENALTY = 1;
const WINDOW_DAYS = 30;
/** The share of the days, the last ones, that is held out. */
const HELD_SHARE = 0.2;
const TUNING: ForecastTuning = {
  ...{ hiddenSize: 16, stepCount: 400, batchSize: 64, learningRate: 0.003, dropout: 0.3, networks: 5 },
};

/**
 * Forecasts tomorrow's and next week's closing price; the last fifth of the days is held out. All are compared in percent of
 * the price (differences of logarithms), in which "as today" is the forecast that nothing changes.
 *
 * @throws {HeedError} file-missing; dataset; training-diverged; cancelled
 */
export async function forecastPrices(
  { file, seed }: { readonly file: string; readonly seed: number },
  lab: Laboratory,
): Promise<Experiment> {
  const name = basename(file);
  const { columns, times } = readSeries(await readWholeFile(file), name, {
    columns: [COLUMN],
    mostDaysApart: MOST_DAYS_APART,
  });
  const prices = columns.get(COLUMN)!;
  if (prices.some((price) => price <= 0))
    throw new HeedError('dataset', `${name} cannot be learned from: a price is not above zero. Nothing was changed.`);
  const longest = Math.max(...HORIZONS);
  const origins = [...prices.keys()].filter((day) => day >= WINDOW_DAYS && day + longest < prices.length);
  const firstHeld = Math.floor((1 - HELD_SHARE) * prices.length);
  const training = origins.filter((day) => day + longest < firstHeld);
  const held = origins.filter((day) => day >= firstHeld);
  if (training.length < 60 || held.length < 10)
    throw new HeedError('dataset', `${name} is too short: at least 150 days are needed. Nothing was changed.`);

  const change = (day: number, days: number): number => 100 * Math.log(prices[day + days]! / prices[day]!);
  const returns = Float64Array.from(prices, (_, day) => (day === 0 ? 0 : change(day - 1, 1)));
  const truth = HORIZONS.map((days) => held.map((day) => change(day, days)));
  const asToday = HORIZONS.map(() => held.map(() => 0));
  const seen = (day: number) => returns.subarray(day - RIDGE_DAYS + 1, day + 1);
  const ridge = HORIZONS.map((days) => {
    const targets = training.map((day) => change(day, days));
    return held.map(seen).map(fitRidge(training.map(seen), targets, RIDGE_PENALTY));
  });
  const scale =
    rootMeanSquare(
      training.map((day) => returns[day]!),
      training.map(() => 0),
    ) || 1;
  const windowsOf = (days: readonly number[]): Windows => ({
    inputs: Float32Array.from(
      days.flatMap((day) => [...returns.subarray(day - WINDOW_DAYS + 1, day + 1)].map((value) => value / scale)),
    ),
    values: Float32Array.from(days.flatMap((day) => HORIZONS.map((ahead) => change(day, ahead) / scale))),
    ...{ count: days.length, frameCount: WINDOW_DAYS, inputSize: 1, outputSize: HORIZONS.length },
  });
  const progress = new StageProgress('lab', 'Training on prices', TUNING.networks * TUNING.stepCount, lab.onProgress);
  const network = await ForecastNetwork.train(
    ...([windowsOf(training), TUNING, seed, lab.compute.backend] as const),
    (done) => progress.report(done),
    lab.signal,
  );
  const answers = await network.forecast(windowsOf(held));
  const gru = HORIZONS.map((_, h) => held.map((_, i) => scale * answers[i * HORIZONS.length + h]!));

  const figures = (forecasts: readonly number[][]) => ({
    nextDay: rootMeanSquare(forecasts[0]!, truth[0]!),
    nextWeek: rootMeanSquare(forecasts[1]!, truth[1]!),
  });
  const rows = [
    { name: 'GRU over 30 days', figures: figures(gru) },
    { name: 'ridge regression on 14 days', figures: figures(ridge) },
    { name: 'as today (persistence)', figures: figures(asToday) },
  ];
  const [ours, , nothing] = rows.map((row) => row.figures);
  const column = (key: string, label: string) => ({ key, label, unit: '%' as const, decimals: 3 });
  const at = (values: readonly number[]) => held.map((day, i) => ({ x: times[day + 1]!, y: values[i]! }));
  return {
    title: `Closing price on the last ${held.length} days of ${prices.length}, root mean square error in percent of the price`,
    columns: [column('nextDay', 'next day'), column('nextWeek', 'in a week')],
    rows,
    findings: [
      verdict(ours!.nextDay, nothing!.nextDay, 'the next day'),
      verdict(ours!.nextWeek, nothing!.nextWeek, 'a week'),
    ],
    plot: {
      title: 'How much the price changed from day to day, and what the GRU said',
      description: `The changes are noise to the GRU: it is off by ${ours!.nextDay.toFixed(3)} %, and saying that nothing changes by ${nothing!.nextDay.toFixed(3)} %.`,
      x: { label: 'day', scale: 'time', ticks: yearTicks(held.map((day) => times[day + 1]!)) },
      y: { label: 'change (%)' },
      series: [
        { name: 'what came', points: at(truth[0]!) },
        { name: 'GRU, the day before', points: at(gru[0]!) },
      ],
    },
  };
}

/** A difference below a hundredth is within what another seed changes. */
function verdict(gru: number, asToday: number, ahead: string): string {
  const gain = 1 - gru / asToday;
  const share = `${(100 * Math.abs(gain)).toFixed(1)} %`;
  if (Math.abs(gain) < 0.01)
    return `For ${ahead} the GRU does as well as "tomorrow is like today", within one part in a hundred: it has found nothing.`;
  return gain < 0
    ? `For ${ahead} the GRU does worse than "tomorrow is like today", by ${share}: it has learned noise.`
    : `For ${ahead} the GRU does better than "tomorrow is like today", by ${share}; it is worth doubting.`;
}

function yearTicks(times: readonly number[]): { at: number; text: string }[] {
  const yearOf = (time: number): number => new Date(time).getUTCFullYear();
  return times
    .filter((time, i) => i > 0 && yearOf(time) !== yearOf(times[i - 1]!))
    .map((at) => ({ at, text: String(yearOf(at)) }));
}
