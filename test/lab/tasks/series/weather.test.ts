import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { forecastWeather, type WeatherHorizon } from '../../../../src/lab/tasks/series/weather.ts';
import { createRandom } from '../../../../src/random.ts';
import { createReferenceCompute } from '../../../../src/training/compute.ts';
import { heed } from '../../../cli/command-line.ts';
import { temporaryFolder } from '../../../temporary-folder.ts';

/** Days from July 2020 on: 184 of them are in that year. */
async function weatherFile(days: number): Promise<string> {
  const random = createRandom(1);
  const rows = Array.from({ length: days }, (_, day) => {
    const time = Date.UTC(2020, 6, 1) + day * 86_400_000;
    const warm = 10 * Math.sin((2 * Math.PI * day) / 365) + random.normal();
    return [new Date(time).toISOString().slice(0, 10), warm.toFixed(1), (warm - 5).toFixed(1), random.next(), 3].join();
  });
  const file = join(await temporaryFolder(), 'weather.csv');
  await writeFile(file, ['date,temp_max,temp_min,precipitation,wind', ...rows].join('\n'));
  return file;
}

describe('heed lab weather', () => {
  it('measures every forecast on each day of the last year, and averages no worse than the worse of two', async () => {
    const tuning = { hiddenSize: 4, stepCount: 5, batchSize: 8, learningRate: 0.01, dropout: 0, networks: 1 };
    const horizons: [WeatherHorizon, WeatherHorizon] = [
      { days: 1, tuning },
      { days: 7, tuning },
    ];
    const lab = { compute: createReferenceCompute(), onProgress: () => undefined, signal: { aborted: false } };
    const { title, rows, findings, plot } = await forecastWeather(
      { file: await weatherFile(300), seed: 1, horizons },
      lab,
    );
    expect(title).toContain('in 2021, root mean square error of 116 forecasts');
    const [average, gru, ridge, persistence] = rows.map(({ figures }) => figures);
    for (const key of ['nextDay', 'nextWeek']) {
      expect(average![key]!).toBeLessThanOrEqual(Math.max(gru![key]!, ridge![key]!) + 1e-9);
      // What is made is a wave with noise, which a line through the season follows better than yesterday's noise.
      expect(ridge![key]!).toBeLessThan(persistence![key]!);
    }
    expect(findings).toHaveLength(2);
    expect(plot.series.map(({ points }) => points.length)).toEqual([116, 116]);
  });

  it('says how many days a table needs that is too short', async () => {
    // Of the last year there are six days.
    const { exitCode, error } = await heed('lab', 'weather', await weatherFile(190));
    expect(exitCode).toBe(1);
    expect(error.join()).toContain('at least 97 days');
  });
});
