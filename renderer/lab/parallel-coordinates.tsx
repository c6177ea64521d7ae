import { Slider, SliderThumb, SliderTrack } from 'react-aria-components';
import type { LabCoordinates } from '../../src/engine/contract/studio-lab-schemas.ts';
import { useWidth } from '../charts/use-width.ts';
import { strings } from '../strings.ts';
import { type BrushRange, isBrushed, WHOLE_AXIS } from './brush.ts';
import './parallel-coordinates.css';

const text = strings.lab.search;
const HEIGHT = 320;
const MARGIN = { top: 44, bottom: 16, left: 52, right: 76 };

interface ParallelCoordinatesProps {
  readonly label: string;
  readonly coordinates: LabCoordinates;
  /** Ids of the trials that are to be seen; the others fade. */
  readonly within: ReadonlySet<string>;
  readonly ranges: ReadonlyMap<string, BrushRange>;
  readonly onBrush: (axis: string, range: BrushRange) => void;
}

/** Trials as lines across axes (Inselberg 1985). Each axis is a slider with two ends that brush it. */
export function ParallelCoordinates({ label, coordinates, within, ranges, onBrush }: ParallelCoordinatesProps) {
  const [figure, width] = useWidth<HTMLElement>(640);
  const { axes, lines } = coordinates;
  const step = axes.length > 1 ? (width - MARGIN.left - MARGIN.right) / (axes.length - 1) : 0;
  const bottom = HEIGHT - MARGIN.bottom;
  const x = (axis: number): number => MARGIN.left + axis * step;
  const y = (place: number): number => bottom - place * (bottom - MARGIN.top);
  return (
    <figure className="parallel" ref={figure}>
      <svg width={width} height={HEIGHT} role="img" aria-label={label}>
        {lines.map(({ id, places, rank, text: described }) => (
          <polyline
            key={id}
            className="parallel-trial"
            data-look={rank === null ? 'unfinished' : rank === 0 ? 'best' : undefined}
            data-within={within.has(id)}
            strokeOpacity={rank === null || rank === 0 ? undefined : 0.9 - 0.5 * rank}
            points={places
              .flatMap((place, axis) => (place === null ? [] : [`${x(axis).toFixed(1)},${y(place).toFixed(1)}`]))
              .join(' ')}
          >
            <title>{described}</title>
          </polyline>
        ))}
        {axes.map(({ label: name, ticks }, axis) => (
          <g key={name}>
            <line className="parallel-axis" x1={x(axis)} x2={x(axis)} y1={y(0)} y2={y(1)} />
            <text className="parallel-name" x={x(axis)} y={axis % 2 === 0 ? 12 : 28} textAnchor="middle">
              {name}
            </text>
            {ticks.map((tick) => (
              <text key={tick.text} x={x(axis) + 10} y={y(tick.place)} dy="0.32em">
                {tick.text}
              </text>
            ))}
          </g>
        ))}
      </svg>
      {axes.map(({ label: name }, axis) => {
        const range = ranges.get(name) ?? WHOLE_AXIS;
        return (
          <Slider
            key={name}
            className="parallel-brush"
            aria-label={name}
            orientation="vertical"
            minValue={0}
            maxValue={1}
            step={0.01}
            formatOptions={{ style: 'percent' }}
            value={[...range]}
            onChange={(value) => onBrush(name, value as unknown as BrushRange)}
            style={{ left: x(axis), top: y(1), height: y(0) - y(1) }}
          >
            <SliderTrack className="parallel-track">
              {isBrushed(range) && (
                <div
                  className="parallel-range"
                  style={{ bottom: `${100 * range[0]}%`, height: `${100 * (range[1] - range[0])}%` }}
                />
              )}
              <SliderThumb index={0} className="parallel-thumb" aria-label={text.lowest(name)} />
              <SliderThumb index={1} className="parallel-thumb" aria-label={text.highest(name)} />
            </SliderTrack>
          </Slider>
        );
      })}
    </figure>
  );
}
