import { line } from 'd3-shape';
import { placeAxis, type PlacedAxis } from './axis.ts';
import type { Plot, PlotPoint, PlotSeries } from './plot.ts';
import { dashes, pointShape, SERIES_STYLE_COUNT, styleSheet } from './series-style.ts';
import { coordinate, element, escapeText } from './svg.ts';

const TOP = 44;
const RIGHT = 18;
const BOTTOM = 52;
const LEFT = 68;
const LEGEND_ROW = 20;
const LEGEND_MARK = 26;
/** What a letter of 12 px takes on average; there is no font here to measure with. */
const LETTER_WIDTH = 6.7;

interface Frame {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

/**
 * Draws a plot as an SVG document of its own: light or dark as the reader's system is, with a title and a description for
 * screen readers, its series told apart by dashes and shapes as well as by colour. The same plot gives the same text.
 *
 * Scales are d3-scale's, paths are d3-shape's.
 */
export function drawPlot(plot: Plot): string {
  const { width = 720, height = 420, title, description, series } = plot;
  const legend = layLegend(series, width - LEFT - RIGHT);
  const frame = { left: LEFT, right: width - RIGHT, top: TOP + legend.height, bottom: height - BOTTOM };
  const points = series.flatMap((one) => one.points);
  const bars = series.some((one) => one.mark === 'bars');
  const x = placeAxis(plot.x, columnsOf(points, bars), [frame.left, frame.right], Math.floor(width / 90));
  const ys = points.map((point) => point.y);
  const y = placeAxis(plot.y, bars ? [0, ...ys] : ys, [frame.bottom, frame.top], Math.floor(height / 60));
  return element(
    'svg',
    {
      xmlns: 'http://www.w3.org/2000/svg',
      class: 'heed-plot',
      viewBox: `0 0 ${width} ${height}`,
      width,
      height,
      role: 'img',
      'aria-labelledby': 'plot-title plot-description',
    },
    element('title', { id: 'plot-title' }, escapeText(title)),
    element('desc', { id: 'plot-description' }, escapeText(description)),
    element('style', {}, styleSheet()),
    element('rect', { class: 'paper', width, height }),
    text(LEFT, 24, title, { class: 'title' }),
    ...legend.entries,
    ...drawAxes(x, y, frame),
    ...drawAllSeries(series, x, y),
  );
}

/** Bars need room beside the first and the last of them. */
function columnsOf(points: readonly PlotPoint[], bars: boolean): number[] {
  const xs = points.map((point) => point.x);
  return bars ? xs.flatMap((x) => [x - 0.5, x + 0.5]) : xs;
}

function drawAxes(x: PlacedAxis, y: PlacedAxis, { left, right, top, bottom }: Frame): string[] {
  const floor = clamp(y.place(0) ?? bottom, top, bottom); // the line from which bars rise
  const middle = { x: (left + right) / 2, y: (top + bottom) / 2 };
  return [
    ...y.ticks.flatMap(({ place, text: said }) => [
      element('line', { class: 'grid', x1: left, x2: right, y1: place, y2: place }),
      text(left - 8, place + 4, said, { class: 'quiet', 'text-anchor': 'end' }),
    ]),
    ...x.ticks.flatMap(({ place, text: said }) => [
      element('line', { class: 'grid', x1: place, x2: place, y1: bottom, y2: bottom + 5 }),
      text(place, bottom + 19, said, { class: 'quiet', 'text-anchor': 'middle' }),
    ]),
    element('line', { class: 'zero', x1: left, x2: right, y1: floor, y2: floor }),
    text(middle.x, bottom + 41, x.label, { 'text-anchor': 'middle' }),
    text(0, 0, y.label, {
      'text-anchor': 'middle',
      transform: `translate(18 ${coordinate(middle.y)}) rotate(-90)`,
    }),
  ];
}

function drawAllSeries(series: readonly PlotSeries[], x: PlacedAxis, y: PlacedAxis): string[] {
  const barred = series.filter((one) => one.mark === 'bars');
  return series.map((one, index) => {
    const style = { class: `s${index % SERIES_STYLE_COUNT}` };
    if (one.mark === 'bars') return element('g', style, ...drawBars(one, barred.indexOf(one), barred.length, x, y));
    if (one.mark === 'points') return element('g', style, ...drawPoints(one.points, index, x, y));
    return element('g', style, drawLine(one.points, index, x, y));
  });
}

function drawLine(points: readonly PlotPoint[], index: number, x: PlacedAxis, y: PlacedAxis): string {
  const path = line<PlotPoint>()
    .defined((point) => x.place(point.x) !== undefined && y.place(point.y) !== undefined)
    .x((point) => x.place(point.x)!)
    .y((point) => y.place(point.y)!)
    .digits(2);
  return element('path', { class: 'line', d: path(points) ?? '', 'stroke-dasharray': dashes(index) });
}

function drawPoints(points: readonly PlotPoint[], index: number, x: PlacedAxis, y: PlacedAxis): string[] {
  return points.flatMap((point) => {
    const [px, py] = [x.place(point.x), y.place(point.y)];
    if (px === undefined || py === undefined) return [];
    return element('path', {
      class: 'point',
      d: pointShape(index),
      transform: `translate(${coordinate(px)} ${coordinate(py)})`,
    });
  });
}

/** Bars of several series stand side by side in the room of one whole number. */
function drawBars(series: PlotSeries, nth: number, count: number, x: PlacedAxis, y: PlacedAxis): string[] {
  return series.points.flatMap((point) => {
    const part = 0.8 / count;
    const from = x.place(point.x - 0.4 + nth * part);
    const to = x.place(point.x - 0.4 + (nth + 1) * part);
    const [zero, top] = [y.place(0), y.place(point.y)];
    if (from === undefined || to === undefined || zero === undefined || top === undefined) return [];
    const height = Math.abs(zero - top);
    return element('rect', { class: 'bar', x: from, y: Math.min(zero, top), width: to - from, height });
  });
}

/** The names of the series in rows as wide as the plot; a single series needs none beside the title. */
function layLegend(series: readonly PlotSeries[], width: number): { entries: string[]; height: number } {
  if (series.length < 2) return { entries: [], height: 0 };
  let [at, row] = [0, 0];
  const entries = series.map((one, index) => {
    const taken = LEGEND_MARK + LETTER_WIDTH * one.name.length + 22;
    if (at > 0 && at + taken > width) [at, row] = [0, row + 1];
    const place = { x: LEFT + at, y: TOP + row * LEGEND_ROW };
    at += taken;
    return element(
      'g',
      { class: `s${index % SERIES_STYLE_COUNT}` },
      legendMark(one, index, place),
      text(place.x + LEGEND_MARK, place.y + 4, one.name),
    );
  });
  return { entries, height: (row + 1) * LEGEND_ROW };
}

function legendMark(series: PlotSeries, index: number, { x, y }: { x: number; y: number }): string {
  if (series.mark === 'bars') return element('rect', { class: 'bar', x: x + 4, y: y - 5, width: 10, height: 10 });
  if (series.mark === 'points')
    return element('path', {
      class: 'point',
      d: pointShape(index),
      transform: `translate(${coordinate(x + 9)} ${coordinate(y)})`,
    });
  return element('path', { class: 'line', d: `M${x} ${y}h20`, 'stroke-dasharray': dashes(index) });
}

function clamp(value: number, low: number, high: number): number {
  return Math.min(high, Math.max(low, value));
}

function text(x: number, y: number, said: string, attributes: Record<string, string> = {}): string {
  return element('text', { x, y, ...attributes }, escapeText(said));
}
