import { useRef } from 'react';
import { formatLevel } from '../format.ts';
import { useLiveDrawing } from '../listen/use-live-drawing.ts';
import { strings } from '../strings.ts';
import { useStudio } from '../studio/studio-context.ts';
import './level-meter.css';

const LOWEST_DB = -60;
const TEXT_MS = 250;

/** Where a level stands on the meter: 0 at −60 dB and below, 1 at full scale. */
function meterShare(levelDb: number): number {
  return Math.min(1, Math.max(0, 1 - levelDb / LOWEST_DB));
}

/** How loud the microphone is: RMS as a bar, the recent peak as a mark, RMS in dB as a number. */
export function LevelMeter() {
  const { live } = useStudio();
  const rest = useRef<HTMLSpanElement>(null);
  const peak = useRef<HTMLSpanElement>(null);
  const value = useRef<HTMLSpanElement>(null);
  const textAt = useRef(0);

  useLiveDrawing(live, () => {
    const { rmsDb, peakDb } = live.current;
    if (!rest.current || !peak.current || !value.current) return;
    rest.current.style.transform = `translateX(${(100 * meterShare(rmsDb)).toFixed(1)}%)`;
    peak.current.style.transform = `translateX(${(100 * (meterShare(peakDb) - 1)).toFixed(1)}%)`;
    const text = formatLevel(rmsDb);
    if (text === value.current.textContent) return;
    // A number that changes with every piece of sound cannot be read.
    const now = performance.now();
    if (now - textAt.current < TEXT_MS && rmsDb > LOWEST_DB) return;
    textAt.current = now;
    value.current.textContent = text;
  });

  return (
    <div className="level-meter" role="img" aria-label={strings.header.level}>
      <span className="level-track">
        <span className="level-bar" />
        <span ref={rest} className="level-rest" />
        <span ref={peak} className="level-peak" />
      </span>
      <span ref={value} className="level-value">
        {formatLevel(Number.NEGATIVE_INFINITY)}
      </span>
    </div>
  );
}
