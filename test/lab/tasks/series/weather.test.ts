import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it, vi } from 'vitest';
import { createRandom } from '../../../../src/random.ts';
import { heed } from '../../../cli/command-line.ts';
import { temporaryFolder } from '../../../temporary-folder.ts';

it('heed lab weather measures all three forecasts on every day of the last year', async () => {
  vi.stubEnv('HEED_THREADS', '1');
  const random = createRandom(1);
  const rows = Array.from({ length: 300 }, (_, day) => {
    const time = Date.UTC(2020, 6, 1) + day * 86_400_000;
    const warm = 10 * Math.sin((2 * Math.PI * day) / 365) + random.normal();
    return [new Date(time).toISOString().slice(0, 10), warm.toFixed(1), (warm - 5).toFixed(1), random.next(), 3].join();
  });
  const file = join(await temporaryFolder(), 'weather.csv');
  await writeFile(file, ['date,temp_max,temp_min,precipitation,wind', ...rows].join('\n'));
  const { exitCode, out, error } = await heed('lab', 'weather', file);
  expect(error.join('\n')).not.toContain('heed:');
  expect(exitCode).toBe(0);
  // From July 2020 on, 184 days are in that year and 116 in the next.
  expect(out[0]).toContain('in 2021, root mean square error of 116 forecasts');
  expect(out.slice(2, 5).every((line) => (line.match(/\d+\.\d\d °C/g) ?? []).length === 2)).toBe(true);
});
