import { type ReactNode, useEffect, useRef } from 'react';
import type { HeatMap } from './heat-map.ts';
import type { TimeAxis } from './time-axis.ts';

/** One row of a score sheet: words beside a picture over time; `more` stands below the words. */
export function Row({
  name,
  text,
  height,
  more,
  children,
}: {
  name: string;
  text: string;
  height: number;
  more?: ReactNode;
  children: ReactNode;
}) {
  return (
    <section className="sheet-row" aria-label={name}>
      <div className="sheet-words">
        <h2>{name}</h2>
        <p>{text}</p>
        {more}
      </div>
      <div className="sheet-plot" style={{ minHeight: height, alignSelf: more ? 'start' : undefined }}>
        {children}
      </div>
    </section>
  );
}

/** A heat map over the frames of the time axis. */
export function Heat({ map, axis }: { map: HeatMap; axis: TimeAxis }) {
  const canvas = useRef<HTMLCanvasElement>(null);
  useEffect(() => {
    const context = canvas.current!.getContext('2d')!;
    context.putImageData(new ImageData(map.pixels, map.frames, map.rows), 0, 0);
  }, [map]);
  const percent = (ms: number): string => `${(100 * ms) / axis.durationMs}%`;
  return (
    <canvas
      ref={canvas}
      className="sheet-heat"
      width={map.frames}
      height={map.rows}
      style={{ left: percent(axis.firstColumnMs), width: percent(axis.frames * axis.hopMs) }}
      aria-hidden="true"
    />
  );
}
