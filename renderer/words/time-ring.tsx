import { useRef } from 'react';
import { useAnimation } from '../listen/use-animation.ts';
import { useStudio } from '../studio/studio-context.ts';
import { BACKGROUND_MS, type RecorderState } from './recorder.ts';

/** The longest take: the engine cuts off what goes on. */
const LONGEST_MS = 3000;
const RADIUS = 20;
const LENGTH = 2 * Math.PI * RADIUS;

/** How much time a take has left, around the record light; the number while it counts down. */
export function TimeRing({ state, isBackground }: { state: RecorderState; isBackground: boolean }) {
  const { trace } = useStudio().recorder;
  const arc = useRef<SVGCircleElement>(null);
  const total = isBackground ? BACKGROUND_MS : LONGEST_MS;
  useAnimation(() => {
    const share = state.phase === 'speaking' ? Math.min(1, trace.elapsedMs / total) : 0;
    arc.current?.setAttribute('stroke-dashoffset', String(LENGTH * share));
  }, state.phase === 'speaking');
  return (
    <svg className="time-ring" viewBox="0 0 48 48" width="48" height="48" aria-hidden="true">
      <circle cx="24" cy="24" r={RADIUS} className="time-ring-track" />
      <circle
        ref={arc}
        cx="24"
        cy="24"
        r={RADIUS}
        className="time-ring-arc"
        strokeDasharray={LENGTH}
        transform="rotate(-90 24 24)"
      />
      {state.phase === 'counting' ? (
        <text x="24" y="24" className="time-ring-count">
          {state.count}
        </text>
      ) : (
        <circle cx="24" cy="24" r="8" className="time-ring-light" />
      )}
    </svg>
  );
}
