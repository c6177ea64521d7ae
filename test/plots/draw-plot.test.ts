import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { drawPlot } from '../../src/plots/draw-plot.ts';
import type { Plot } from '../../src/plots/plot.ts';

const PLOT: Plot = {
  title: 'Loss against step',
  description: 'The loss falls from 4 to 1 in three steps.',
  x: { label: 'step' },
  y: { label: 'loss' },
  series: [
    {
      name: 'GRU',
      points: [
        { x: 0, y: 4 },
        { x: 1, y: 2 },
        { x: 2, y: 1 },
      ],
    },
    { name: 'LSTM', points: [{ x: 0, y: 3 }] },
  ],
};

/** The drawn lines, as lists of points in pixels. */
function linesOf(svg: string): { x: number; y: number }[][] {
  return [...svg.matchAll(/<g class="s\d"><path class="line" d="([^"]*)"/g)]
    .map(([, path]) => [...path!.matchAll(/[ML](-?[\d.]+),(-?[\d.]+)/g)].map(([, x, y]) => ({ x: +x!, y: +y! })))
    .filter((line) => line.length > 0);
}

/** Whether tags are balanced and nothing but known entities stands in the text: what an XML parser would refuse. */
function isWellFormed(svg: string): boolean {
  const open: string[] = [];
  const rest = svg.replace(
    /<(\/?)([a-z]+)((?: [a-zA-Z0-9-]+="[^"<>]*")*)(\/?)>/g,
    (_, closing, name: string, __, empty) => {
      if (closing && open.pop() !== name) open.push('wrong');
      if (!closing && !empty) open.push(name);
      return '';
    },
  );
  return open.length === 0 && !/[<>]|&(?!(amp|lt|gt|quot);)/.test(rest);
}

describe('a plot', () => {
  it('puts larger numbers further to the right and further up', () => {
    const [points] = linesOf(drawPlot(PLOT));
    expect(points).toHaveLength(3);
    expect(points![0]!.x).toBeLessThan(points![1]!.x);
    expect(points![0]!.y).toBeLessThan(points![1]!.y);
    // Halfway in the numbers is halfway on a linear axis.
    expect(points![1]!.x).toBeCloseTo((points![0]!.x + points![2]!.x) / 2, 1);
  });

  it('puts equal ratios at equal distances on a logarithmic axis', () => {
    const [points] = linesOf(drawPlot({ ...PLOT, y: { label: 'loss', scale: 'logarithmic' } }));
    expect(points![1]!.y - points![0]!.y).toBeCloseTo(points![2]!.y - points![1]!.y, 1);
  });

  it('carries a title, a description, the labels of its axes and the name of every series', () => {
    const svg = drawPlot(PLOT);
    expect(svg).toContain('<title id="plot-title">Loss against step</title>');
    expect(svg).toContain('<desc id="plot-description">The loss falls from 4 to 1 in three steps.</desc>');
    for (const text of ['step', 'loss', 'GRU', 'LSTM']) expect(svg).toContain(`>${text}</text>`);
  });

  it('has colours for light and for dark, and tells lines apart by their dashes too', () => {
    const svg = drawPlot(PLOT);
    expect(svg).toContain('@media (prefers-color-scheme:dark)');
    const dashed = [...svg.matchAll(/<path class="line"[^>]*d="M\d[^"]*"( stroke-dasharray="[^"]*")?/g)].map(
      ([, d]) => d,
    );
    expect(new Set(dashed).size).toBe(2);
  });

  it('breaks a line where a number is missing, and where a logarithm has none', () => {
    const gap = [1, 2, Number.NaN, 3, 4].map((y, x) => ({ x, y }));
    const [, path] = /<path class="line" d="([^"]*)"/.exec(
      drawPlot({ ...PLOT, series: [{ name: 'gap', points: gap }] }),
    )!;
    expect(path!.match(/M/g)).toHaveLength(2);
    const negative = [10, -1, 100].map((y, x) => ({ x, y }));
    const svg = drawPlot({
      ...PLOT,
      y: { label: 'y', scale: 'logarithmic' },
      series: [{ name: 'negative', points: negative }],
    });
    expect(/<path class="line" d="([^"]*)"/.exec(svg)![1]!.match(/M/g)).toHaveLength(2);
  });

  it('draws bars from zero, side by side', () => {
    const bars = (name: string, y: number) => ({ name, mark: 'bars' as const, points: [{ x: 1, y }] });
    const svg = drawPlot({ ...PLOT, series: [bars('up', 2), bars('down', -2)] });
    const drawn = [...svg.matchAll(/<rect class="bar" x="([\d.]+)" y="([\d.]+)" width="([\d.]+)" height="([\d.]+)"/g)]
      .map((match) => match.slice(1).map(Number))
      .filter(([, , width]) => width !== 10);
    const [up, down] = drawn;
    expect(down![0]).toBeCloseTo(up![0]! + up![2]!, 1);
    expect(down![1]).toBeCloseTo(up![1]! + up![3]!, 1);
    expect(down![3]).toBeCloseTo(up![3]!, 1);
  });

  it('starts a new row of the legend where the names do not fit in one', () => {
    const series = Array.from({ length: 6 }, (_, i) => ({ name: `a rather long name, number ${i}`, points: [] }));
    const rows = [...drawPlot({ ...PLOT, series }).matchAll(/<text x="[\d.]+" y="([\d.]+)">a rather/g)].map(
      ([, y]) => y,
    );
    expect(new Set(rows).size).toBeGreaterThan(1);
  });

  it('draws numbers that hardly differ as one', () => {
    const points = [-5e-324, 5e-324, 0].map((y) => ({ x: 1 + y, y }));
    const axis = { label: '', scale: 'linear' as const };
    const svg = drawPlot({
      title: '',
      description: '',
      x: axis,
      y: axis,
      series: [{ name: '', points, mark: 'line' }],
    });
    expect(isWellFormed(svg.replace(/<style>[^<]*<\/style>/, ''))).toBe(true);
    expect(svg).not.toMatch(/NaN|Infinity/);
  });

  it('is well-formed and free of NaN for any numbers and any text', () => {
    const number = fc.oneof(fc.double(), fc.integer({ min: -5, max: 5 }));
    const text = fc.string({ unit: 'binary', maxLength: 12 });
    const points = fc.array(fc.record({ x: number, y: number }), { maxLength: 6 });
    const mark = fc.constantFrom('line' as const, 'points' as const, 'bars' as const);
    const axis = fc.record({ label: text, scale: fc.constantFrom('linear' as const, 'logarithmic' as const) });
    const series = fc.array(fc.record({ name: text, points, mark }), { maxLength: 8 });
    fc.assert(
      fc.property(fc.record({ title: text, description: text, x: axis, y: axis, series }), (plot) => {
        const svg = drawPlot(plot);
        expect(isWellFormed(svg.replace(/<style>[^<]*<\/style>/, ''))).toBe(true);
        expect(svg.replace(/<text[^>]*>[^<]*|<title[^>]*>[^<]*|<desc[^>]*>[^<]*/g, '')).not.toMatch(/NaN|Infinity/);
      }),
      { numRuns: 300 },
    );
  });
});
