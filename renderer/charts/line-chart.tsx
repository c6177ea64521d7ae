import { scaleLinear } from 'd3-scale';
import { line } from 'd3-shape';
import { useWidth } from './use-width.ts';
import './line-chart.css';

/** One line of a chart. */
export interface LineSeries {
  readonly name: string;
  /** How it is drawn: told apart by dashes as well as by colour. */
  readonly look: 'solid' | 'dashed';
  readonly points: readonly (readonly [x: number, y: number])[];
}

interface LineChartProps {
  /** What the picture shows, for who cannot see it. */
  readonly label: string;
  readonly series: readonly LineSeries[];
  readonly xDomain: readonly [number, number];
  readonly yDomain: readonly [number, number];
  readonly xLabel: string;
  readonly formatX: (x: number) => string;
  readonly formatY: (y: number) => string;
  /** A value on the x axis to mark. */
  readonly mark?: number;
  readonly height?: number;
}

const MARGIN = { top: 8, right: 12, bottom: 24, left: 48 };
const PIXELS_PER_TICK = { x: 72, y: 36 };

/** Lines over two axes, drawn as wide as there is room; its legend names each line with a piece of it. */
export function LineChart(props: LineChartProps) {
  const { label, series, xDomain, yDomain, xLabel, formatX, formatY, mark, height = 168 } = props;
  const [figure, width] = useWidth<HTMLElement>(360);
  const x = scaleLinear(xDomain, [MARGIN.left, Math.max(MARGIN.left + 1, width - MARGIN.right)]);
  const y = scaleLinear(yDomain, [height - MARGIN.bottom, MARGIN.top]);
  const path = line<readonly [number, number]>()
    .x(([at]) => x(at))
    .y(([, value]) => y(value));
  return (
    <figure className="chart" ref={figure}>
      <svg width={width} height={height} role="img" aria-label={label}>
        {y
          .ticks(height / PIXELS_PER_TICK.y)
          .filter((tick) => formatY(tick) !== '')
          .map((tick) => (
            <g key={tick} className="chart-tick">
              <line x1={MARGIN.left} x2={width - MARGIN.right} y1={y(tick)} y2={y(tick)} />
              <text x={MARGIN.left - 8} y={y(tick)} dy="0.32em" textAnchor="end">
                {formatY(tick)}
              </text>
            </g>
          ))}
        {x
          .ticks(Math.max(2, width / PIXELS_PER_TICK.x))
          .filter((tick) => formatX(tick) !== '')
          .map((tick) => (
            <text key={tick} className="chart-x" x={x(tick)} y={height - 6} textAnchor="middle">
              {formatX(tick)}
            </text>
          ))}
        {mark !== undefined && (
          <line className="chart-mark" x1={x(mark)} x2={x(mark)} y1={MARGIN.top} y2={height - MARGIN.bottom} />
        )}
        {series.map(({ name, look, points }) =>
          points.length === 1 ? (
            <circle
              key={name}
              className="chart-point"
              data-look={look}
              cx={x(points[0]![0])}
              cy={y(points[0]![1])}
              r="3"
            />
          ) : (
            <path key={name} className="chart-line" data-look={look} d={path([...points]) ?? ''} />
          ),
        )}
      </svg>
      <figcaption className="chart-legend">
        {series.map(({ name, look }) => (
          <span key={name}>
            <svg width="24" height="8" aria-hidden="true">
              <path className="chart-line" data-look={look} d="M0 4H24" />
            </svg>
            {name}
          </span>
        ))}
        <span className="chart-x-label">{xLabel}</span>
      </figcaption>
    </figure>
  );
}
