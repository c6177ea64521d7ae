import { renderToStaticMarkup } from 'react-dom/server';
import { describe, expect, it } from 'vitest';
import { apart, PlotChart } from '../../../renderer/charts/plot-chart.tsx';
import { plotNumber, plotTable } from '../../../renderer/charts/plot-table.ts';
import type { LabPlot } from '../../../src/engine/contract/studio-lab-schemas.ts';

const CELLS: LabPlot = {
  title: 'Accuracy',
  description: 'Bars.',
  x: {
    label: 'cell',
    ticks: [
      { at: 0, text: 'gru' },
      { at: 1, text: 'rnn' },
    ],
  },
  y: { label: 'accuracy', domain: [0, 1] },
  series: [
    {
      name: 'mean',
      mark: 'bars',
      points: [
        { x: 0, y: 0.9 },
        { x: 1, y: 0.45 },
      ],
    },
    {
      name: 'each seed',
      mark: 'points',
      points: [
        { x: 0, y: 0.875 },
        { x: 0, y: 0.925 },
      ],
    },
  ],
};

describe('the table behind a plot', () => {
  it('has a row for each place, and all values of a series there', () => {
    expect(plotTable(CELLS)).toEqual({
      columns: ['cell', 'mean', 'each seed'],
      rows: [
        ['gru', '0.9', '0.875, 0.925'],
        ['rnn', '0.45', '–'],
      ],
    });
  });

  it('names days by their date, and other places by their number', () => {
    const points = [{ x: Date.UTC(2015, 0, 31), y: 1 }];
    const plot: LabPlot = { ...CELLS, x: { label: 'day', scale: 'time', ticks: [] }, series: [{ name: 'a', points }] };
    expect(plotTable(plot).rows[0]![0]).toBe('2015-01-31');
    expect(
      plotTable({ ...plot, x: { label: 'n' }, series: [{ name: 'a', points: [{ x: 3, y: 1 }] }] }).rows[0]![0],
    ).toBe('3');
  });

  it('writes gradients that vanished as powers of ten', () => {
    expect([plotNumber(1.23456), plotNumber(-2), plotNumber(3.2e-40), plotNumber(0), plotNumber(NaN)]).toEqual([
      '1.235',
      '−2',
      '3.2e−40',
      '0',
      '–',
    ]);
  });
});

describe('a plot in the studio', () => {
  /** The heights of the bars that are drawn, without those of the legend. */
  const bars = (html: string): number[] =>
    [...html.matchAll(/class="plot-bar" x="([\d.]+)" y="([\d.]+)" width="([\d.]+)" height="([\d.]+)"/g)]
      .map((found) => Number(found[4]))
      .filter((height) => height !== 10);

  it('draws bars from zero, as high as their values', () => {
    const heights = bars(renderToStaticMarkup(<PlotChart plot={CELLS} />));
    expect(heights).toHaveLength(2);
    expect(heights[1]! / heights[0]!).toBeCloseTo(0.5);
  });

  it('says its title and description to who cannot see it', () => {
    expect(renderToStaticMarkup(<PlotChart plot={CELLS} />)).toContain('aria-label="Accuracy. Bars."');
  });

  it('breaks a line where a logarithm has no place', () => {
    const points = [1, 0.1, 0, 0.1, 1].map((y, x) => ({ x, y }));
    const html = renderToStaticMarkup(
      <PlotChart
        plot={{ ...CELLS, x: { label: 'x' }, y: { label: 'y', scale: 'logarithmic' }, series: [{ name: 'a', points }] }}
      />,
    );
    const path = /class="plot-line" d="([^"]*)"/.exec(html)![1]!;
    expect(path.match(/M/g)).toHaveLength(2);
    expect(html).not.toContain('NaN');
  });

  it('leaves out texts that would run into the one before', () => {
    const ticks = ['minimal', 'rnn', 'gru'].map((text, i) => ({ place: 30 * i, text }));
    expect(apart(ticks).map(({ text }) => text)).toEqual(['minimal', 'gru']);
  });
});
