import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { HeedError } from '../../../errors.ts';

/** The series of the worked examples, as the npm package vega-datasets names them. */
const FILES = { weather: 'seattle-weather.csv', prices: 'sp500-2000.csv' } as const;

/**
 * Where the worked example's series lies: in the npm package vega-datasets, which comes with a checkout of Heed and not with
 * the program.
 * @throws {HeedError} usage where it is not installed
 */
export function exampleSeries(which: keyof typeof FILES): string {
  try {
    const entry = createRequire(import.meta.url).resolve('vega-datasets');
    return join(dirname(entry), '..', 'data', FILES[which]);
  } catch (cause) {
    throw new HeedError(
      'usage',
      'The days of this example come with a checkout of Heed (in the npm package vega-datasets), and are not here; choose a file of your own.',
      { cause },
    );
  }
}
