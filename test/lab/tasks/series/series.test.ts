import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { HeedError } from '../../../../src/errors.ts';
import { fitRidge } from '../../../../src/lab/tasks/series/ridge-regression.ts';
import { readSeries } from '../../../../src/lab/tasks/series/series-table.ts';
import { heed } from '../../../cli/command-line.ts';
import { temporaryFolder } from '../../../temporary-folder.ts';

beforeEach(() => void vi.stubEnv('HEED_THREADS', '1'));

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const read = (text: string, mostDaysApart = 1) =>
  readSeries(bytes(text), 'a.csv', { columns: ['close'], mostDaysApart });

describe('reading a series', () => {
  it('takes the columns asked for, in whatever order they are', () => {
    const { times, columns } = read('close,date,x\n1.5,2020-02-28,a\n-2,2020-02-29,b\n');
    expect(times).toEqual([Date.UTC(2020, 1, 28), Date.UTC(2020, 1, 29)]);
    expect([...columns.get('close')!]).toEqual([1.5, -2]);
  });

  it.each([
    ['date,close\n2020-01-01,1\n2020-01-03,2', /gap of 2 days before 2020-01-03/],
    ['date,close\n2020-01-02,1\n2020-01-01,2', /row 2 .* does not come after/],
    ['date,close\n2020-01-01,', /row 1 .* has no number as close/],
    ['date,close\n2020-01-01,NaN', /no number as close but "NaN"/],
    ['date,close\n2020-02-30,1', /row 1 has no date/],
    ['date,open\n2020-01-01,1', /names no column close/],
    ['', /names no column date/],
  ])('refuses %j in a sentence', (text, sentence) => {
    expect(() => read(text)).toThrow(sentence);
  });

  it('either reads any bytes or refuses them in a sentence of its own', () => {
    const cell = fc.constantFrom('date', 'close', '2020-01-01', '2020-01-02', '1', '"', 'x', '', '\n', ',', '1e999');
    const text = fc.array(cell, { maxLength: 12 }).map((cells) => bytes(`date,close\n${cells.join(',')}`));
    fc.assert(
      fc.property(fc.oneof(text, fc.uint8Array({ maxLength: 40 })), (content) => {
        try {
          readSeries(content, 'a.csv', { columns: ['close'], mostDaysApart: 1 });
        } catch (error) {
          expect(error).toBeInstanceOf(HeedError);
          expect((error as HeedError).code).toBe('dataset');
        }
      }),
      { numRuns: 300 },
    );
  });
});

describe('ridge regression', () => {
  it('finds a line and its intercept, and shrinks the line as the penalty grows', () => {
    const rows = [[-1], [0], [1], [2]];
    const targets = rows.map(([x]) => 3 * x! + 10);
    expect(fitRidge(rows, targets, 1e-9)([5])).toBeCloseTo(25, 5);
    // With x about its mean of 1/2 the slope is 3·5/(5 + λ).
    expect(fitRidge(rows, targets, 5)([0.5])).toBeCloseTo(11.5, 9);
    expect(fitRidge(rows, targets, 5)([1.5]) - fitRidge(rows, targets, 5)([0.5])).toBeCloseTo(1.5, 9);
  });
});

describe('heed lab prices', () => {
  it('measures the GRU, the ridge and persistence on a made series, and draws them', async () => {
    const folder = await temporaryFolder();
    const [file, svg] = [join(folder, 'prices.csv'), join(folder, 'prices.svg')];
    // A price that goes up one day by a tenth and down the next: what a forecast can know.
    const rows = Array.from({ length: 240 }, (_, day) => {
      const date = new Date(Date.UTC(2020, 0, 1 + day)).toISOString().slice(0, 10);
      return `${date},${day % 2 === 0 ? 100 : 110}`;
    });
    await writeFile(file, ['date,close', ...rows].join('\n'));
    const { exitCode, out } = await heed('lab', 'prices', file, '--json', '--plot', svg);
    expect(exitCode).toBe(0);
    const [gru, ridge, asToday] = out.map((line) => JSON.parse(line) as { nextDay: number; nextWeek: number });
    expect(asToday!.nextDay).toBeCloseTo(100 * Math.log(1.1), 6);
    expect(ridge!.nextDay).toBeLessThan(0.5);
    expect(gru!.nextDay).toBeLessThan(0.5 * asToday!.nextDay);
    expect(await readFile(svg, 'utf8')).toContain('GRU, the day before');
  });
});
