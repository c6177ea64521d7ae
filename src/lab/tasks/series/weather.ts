import { basename } from 'node:path';
import { readWholeFile } from '../../../read-file.ts';
import { StageProgress } from '../../../training/progress.ts';
import type { Experiment, Laboratory } from '../experiment.ts';
import { learnShare } from './forecast-average.ts';
import { rootMeanSquare } from './forecast-errors.ts';
import type { ForecastTuning } from './forecast-network.ts';
import { readSeries } from './series-table.ts';
import { gruForecaster, ridgeForecaster } from './weather-forecasters.ts';
import { splitByYear, WEATHER_COLUMNS } from './weather-table.ts';

/** How many days ahead, and how the GRU learns it. */
export interface WeatherHorizon {
  readonly days: number;
  readonly tuning: ForecastTuning;
}

/**
 * What is forecast, by days ahead, and how the GRU learns it: chosen by leaving out 2012, 2013 and 2014 in turn; 2015 was not
 * looked at. The further ahead, the less there is to learn, and the sooner noise is learned instead.
 */
const HORIZONS: readonly [WeatherHorizon, WeatherHorizon] = [
  {
    days: 1,
    tuning: { hiddenSize: 16, stepCount: 800, batchSize: 64, learningRate: 0.003, dropout: 0.2, networks: 4 },
  },
  {
    days: 7,
    tuning: { hiddenSize: 16, stepCount: 300, batchSize: 64, learningRate: 0.003, dropout: 0.5, networks: 4 },
  },
];
/** The GRU is trained on each part of the training years but one, for its share, and then on them all. */
const TRAININGS = 4;

export interface WeatherSettings {
  readonly file: string;
  readonly seed: number;
  /** The next day, and the day a week ahead. */
  readonly horizons?: readonly [WeatherHorizon, WeatherHorizon];
}

/** All forecasts of one horizon for the days of the year that is held out. */
interface HorizonForecasts {
  readonly truth: number[];
  readonly persistence: number[];
  readonly ridge: number[];
  readonly gru: number[];
  /** Of the GRU and the ridge regression, by the GRU's share. */
  readonly average: number[];
  readonly share: number;
}

/**
 * Forecasts the next day's and the next week's maximum temperature; the last year of the table is held out. Beside the GRU:
 * persistence ("as today"), a ridge regression on 14 days and the season, and an average of GRU and ridge regression whose
 * weight is learned from the training years.
 *
 * @throws {HeedError} file-missing; dataset; training-diverged; cancelled
 */
export async function forecastWeather(
  { file, seed, horizons = HORIZONS }: WeatherSettings,
  lab: Laboratory,
): Promise<Experiment> {
  const name = basename(file);
  const table = readSeries(await readWholeFile(file), name, { columns: WEATHER_COLUMNS, mostDaysApart: 1 });
  const ahead = horizons.map(({ days }) => days);
  const { training, held, heldYear } = splitByYear(table, ahead, name);
  const maximum = table.columns.get('temp_max')!;

  const updates = horizons.reduce((sum, { tuning }) => sum + TRAININGS * tuning.networks * tuning.stepCount, 0);
  const progress = new StageProgress('lab', 'Training on the weather', updates, lab.onProgress);
  let done = 0;
  const forecastsAt = async (horizon: number): Promise<HorizonForecasts> => {
    const { days, tuning } = horizons[horizon]!;
    const origins = held[horizon]!;
    const truth = (origin: number): number => maximum[origin + days]!;
    const fitRidge = ridgeForecaster(table, days);
    const fitGru = gruForecaster(
      ...([table, days, tuning, seed, lab.compute.backend] as const),
      () => progress.report(++done),
      lab.signal,
    );
    const share = await learnShare(fitRidge, fitGru, training, Math.max(...ahead), truth);
    const ridge = await (await fitRidge(training))(origins);
    const gru = await (await fitGru(training))(origins);
    return {
      ...{ truth: origins.map(truth), persistence: origins.map((origin) => maximum[origin]!), ridge, gru, share },
      average: ridge.map((value, i) => value + share * (gru[i]! - value)),
    };
  };
  const [nextDay, nextWeek] = [await forecastsAt(0), await forecastsAt(1)];
  const figures = (method: 'average' | 'gru' | 'ridge' | 'persistence') => ({
    nextDay: rootMeanSquare(nextDay[method], nextDay.truth),
    nextWeek: rootMeanSquare(nextWeek[method], nextWeek.truth),
  });
  const [ours, theirs] = [figures('average'), figures('ridge')];
  const column = (key: string, label: string) => ({ key, label, unit: '°C' as const, decimals: 2 });
  const at = (values: readonly number[]) =>
    held[0]!.map((origin, i) => ({ x: table.times[origin + 1]!, y: values[i]! }));
  return {
    title: `Maximum temperature in ${heldYear}, root mean square error of ${held[0]!.length} forecasts`,
    columns: [column('nextDay', 'next day'), column('nextWeek', 'in a week')],
    rows: [
      { name: 'GRU and ridge regression, averaged', figures: ours },
      { name: 'GRU over 30 days and the season', figures: figures('gru') },
      { name: 'ridge regression on 14 days and the season', figures: theirs },
      { name: 'as today (persistence)', figures: figures('persistence') },
    ],
    findings: [
      verdict('the next day', nextDay.share, ours.nextDay, theirs.nextDay),
      verdict('the day a week ahead', nextWeek.share, ours.nextWeek, theirs.nextWeek),
    ],
    plot: {
      title: `The next day's maximum temperature in ${heldYear}`,
      description: `What was measured in ${heldYear} and what GRU and ridge regression said together the day before; they are off by ${ours.nextDay.toFixed(2)} °C (root mean square).`,
      x: { label: heldYear, scale: 'time', ticks: monthTicks(held[0]!.map((origin) => table.times[origin + 1]!)) },
      y: { label: 'maximum temperature (°C)' },
      series: [
        { name: 'measured', points: at(nextDay.truth) },
        { name: 'GRU and ridge regression, the day before', points: at(nextDay.average) },
      ],
    },
  };
}

/** What the GRU brings beside the ridge regression; what the training years say of it, and what the year held out says. */
function verdict(ahead: string, share: number, average: number, ridge: number): string {
  if (share === 0)
    return `For ${ahead} the training years give the GRU no share: what it learns in some of them does not hold in the others.`;
  const gain = 100 * (1 - average / ridge);
  const outcome =
    Math.abs(gain) < 0.05
      ? 'is as far off as the ridge regression alone'
      : `is off by ${Math.abs(gain).toFixed(1)} % ${gain > 0 ? 'less' : 'more'} than the ridge regression alone`;
  return `For ${ahead} the training years give the GRU a share of ${Math.round(100 * share)} %; the average ${outcome}.`;
}

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

function monthTicks(times: readonly number[]): { at: number; text: string }[] {
  return times
    .map((time) => ({ at: time, date: new Date(time) }))
    .filter(({ date }) => date.getUTCDate() === 1)
    .map(({ at, date }) => ({ at, text: MONTHS[date.getUTCMonth()]! }));
}
