import { useRef } from 'react';
import { isCapturing } from '../capture/state.ts';
import { formatLevel } from '../format.ts';
import { useAnimation } from '../listen/use-animation.ts';
import { useStore } from '../store.ts';
import { strings } from '../strings.ts';
import { useStudio } from '../studio/studio-context.ts';
import './level-meter.css';

const LOWEST_DB = -60;

/** Where a level stands on the meter: 0 at −60 dB and below, 1 at full scale. */
function meterShare(levelDb: number): number {
  return Math.min(1, Math.max(0, 1 - levelDb / LOWEST_DB));
}

/** How loud the microphone is: RMS as a bar, the recent peak as a mark, RMS in dB as a number. */
export function LevelMeter() {
  const { live, listener } = useStudio();
  const bar = useRef<HTMLSpanElement>(null);
  const peak = useRef<HTMLSpanElement>(null);
  const value = useRef<HTMLSpanElement>(null);
  const drawn = useRef({ version: -1, textAt: 0 });

  useAnimation(
    () => {
      const { version, rmsDb, peakDb } = live.current;
      if (drawn.current.version === version || !bar.current || !peak.current || !value.current) return;
      drawn.current.version = version;
      bar.current.style.clipPath = `inset(0 ${100 * (1 - meterShare(rmsDb))}% 0 0)`;
      peak.current.style.transform = `translateX(${100 * (meterShare(peakDb) - 1)}%)`;
      // A number that changes sixty times a second cannot be read.
      const now = performance.now();
      if (now - drawn.current.textAt < 150 && rmsDb > LOWEST_DB) return;
      drawn.current.textAt = now;
      value.current.textContent = formatLevel(rmsDb);
    },
    isCapturing(useStore(listener.state)),
  );

  return (
    <div className="level-meter" role="img" aria-label={strings.header.level}>
      <span className="level-track">
        <span ref={bar} className="level-bar" />
        <span ref={peak} className="level-peak" />
      </span>
      <span ref={value} className="level-value">
        {formatLevel(Number.NEGATIVE_INFINITY)}
      </span>
    </div>
  );
}
