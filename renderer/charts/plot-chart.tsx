import { line } from 'd3-shape';
import { useId } from 'react';
import type { LabPlot } from '../../src/engine/contract/studio-lab-schemas.ts';
import { placeAxis, type PlacedAxis } from '../../src/plots/axis.ts';
import { dashes, pointShape, SERIES_STYLE_COUNT } from '../../src/plots/series-style.ts';
import { useWidth } from './use-width.ts';
import './plot-chart.css';

type Series = LabPlot['series'][number];

const MARGIN = { top: 10, right: 14, bottom: 26, left: 60 };
const PIXELS_PER_TICK = { x: 90, y: 44 };
/** What a letter of a tick takes on average. */
const LETTER_PX = 7;

/** A plot of the engine's, as wide as there is room: the same numbers at the same places as in the SVG files. */
export function PlotChart({ plot, height = 240 }: { readonly plot: LabPlot; readonly height?: number }) {
  const [figure, width] = useWidth<HTMLElement>(480);
  const patterns = useId();
  const { series } = plot;
  const bars = series.filter(({ mark }) => mark === 'bars');
  const points = series.flatMap((one) => one.points);
  // Bars need room beside the first and the last of them, and rise from zero.
  const xs = points.flatMap(({ x }) => (bars.length > 0 ? [x - 0.5, x + 0.5] : [x]));
  const ys = points.map(({ y }) => y);
  const right = Math.max(MARGIN.left + 1, width - MARGIN.right);
  const bottom = height - MARGIN.bottom;
  const x = placeAxis(plot.x, xs, [MARGIN.left, right], Math.max(2, Math.floor(width / PIXELS_PER_TICK.x)));
  const y = placeAxis(
    plot.y,
    bars.length > 0 ? [0, ...ys] : ys,
    [bottom, MARGIN.top],
    Math.floor(height / PIXELS_PER_TICK.y),
  );
  return (
    <figure className="plot" ref={figure}>
      <p className="plot-y-label" aria-hidden="true">
        {plot.y.label}
      </p>
      <svg width={width} height={height} role="img" aria-label={`${plot.title}. ${plot.description}`}>
        <defs>
          {bars.map((one, nth) => (
            <Hatching
              key={one.name}
              id={`${patterns}${nth}`}
              nth={nth}
              colour={series.indexOf(one) % SERIES_STYLE_COUNT}
            />
          ))}
        </defs>
        {y.ticks.map(({ place, text }) => (
          <g key={text} className="plot-tick">
            <line x1={MARGIN.left} x2={right} y1={place} y2={place} />
            <text x={MARGIN.left - 8} y={place} dy="0.32em" textAnchor="end">
              {text}
            </text>
          </g>
        ))}
        {apart(x.ticks).map(({ place, text }) => (
          <text key={place} x={place} y={height - 6} textAnchor="middle">
            {text}
          </text>
        ))}
        {series.map((one, index) => (
          <g key={one.name} className={`plot-series plot-series-${index % SERIES_STYLE_COUNT}`}>
            {one.mark === 'bars' ? (
              <Bars
                series={one}
                nth={bars.indexOf(one)}
                count={bars.length}
                x={x}
                y={y}
                fill={`url(#${patterns}${bars.indexOf(one)})`}
              />
            ) : one.mark === 'points' ? (
              <Points series={one} index={index} x={x} y={y} />
            ) : (
              <path className="plot-line" d={linePath(one, x, y)} strokeDasharray={dashes(index)} />
            )}
          </g>
        ))}
      </svg>
      <figcaption className="plot-legend">
        {series.length > 1 &&
          series.map((one, index) => (
            <span key={one.name}>
              <svg width="24" height="12" aria-hidden="true" className={`plot-series-${index % SERIES_STYLE_COUNT}`}>
                {one.mark === 'bars' ? (
                  <rect
                    className="plot-bar"
                    x="6"
                    y="1"
                    width="12"
                    height="10"
                    fill={`url(#${patterns}${bars.indexOf(one)})`}
                  />
                ) : one.mark === 'points' ? (
                  <path className="plot-point" d={pointShape(index)} transform="translate(12 6)" />
                ) : (
                  <path className="plot-line" d="M0 6H24" strokeDasharray={dashes(index)} />
                )}
              </svg>
              {one.name}
            </span>
          ))}
        <span className="plot-x-label">{plot.x.label}</span>
      </figcaption>
    </figure>
  );
}

/** The ticks whose texts do not run into the one before. */
export function apart(ticks: PlacedAxis['ticks']): PlacedAxis['ticks'] {
  let end = Number.NEGATIVE_INFINITY;
  return ticks.filter(({ place, text }) => {
    const half = (LETTER_PX * text.length) / 2;
    if (place - half < end) return false;
    end = place + half + LETTER_PX;
    return true;
  });
}

/** Bars differ in how they are filled, and not by colour alone: whole, in stripes up, in stripes down, and so on. */
function Hatching({ id, nth, colour }: { readonly id: string; readonly nth: number; readonly colour: number }) {
  return (
    <pattern id={id} width="6" height="6" patternUnits="userSpaceOnUse" patternTransform={`rotate(${nth * 45})`}>
      <rect className={`plot-hatch-${colour}`} width={nth === 0 ? 6 : 2.5} height="6" />
    </pattern>
  );
}

interface SeriesProps {
  readonly series: Series;
  readonly x: PlacedAxis;
  readonly y: PlacedAxis;
}

/** Bars of several series stand side by side in the room of one whole number. */
function Bars({ series, nth, count, x, y, fill }: SeriesProps & { nth: number; count: number; fill: string }) {
  const part = 0.8 / count;
  return series.points.map((point) => {
    const from = x.place(point.x - 0.4 + nth * part);
    const to = x.place(point.x - 0.4 + (nth + 1) * part);
    const [zero, top] = [y.place(0), y.place(point.y)];
    if (from === undefined || to === undefined || zero === undefined || top === undefined) return null;
    return (
      <rect
        key={point.x}
        className="plot-bar"
        x={from}
        y={Math.min(zero, top)}
        width={Math.max(0, to - from)}
        height={Math.abs(zero - top)}
        fill={fill}
      />
    );
  });
}

function Points({ series, index, x, y }: SeriesProps & { index: number }) {
  return series.points.map((point, nth) => {
    const [px, py] = [x.place(point.x), y.place(point.y)];
    if (px === undefined || py === undefined) return null;
    return <path key={nth} className="plot-point" d={pointShape(index)} transform={`translate(${px} ${py})`} />;
  });
}

function linePath({ points }: Series, x: PlacedAxis, y: PlacedAxis): string {
  const path = line<Series['points'][number]>()
    .defined((point) => x.place(point.x) !== undefined && y.place(point.y) !== undefined)
    .x((point) => x.place(point.x)!)
    .y((point) => y.place(point.y)!)
    .digits(2);
  return path(points) ?? '';
}
