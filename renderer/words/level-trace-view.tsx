import { useRef } from 'react';
import { useAnimation } from '../listen/use-animation.ts';
import { strings } from '../strings.ts';
import { useStudio } from '../studio/studio-context.ts';
import { TRACE_LENGTH } from './level-trace.ts';

const LOWEST_DB = -70;

/** The level of the microphone as it comes, newest at the right; what belongs to a take stands out. */
export function LevelTraceView() {
  const { trace } = useStudio().recorder;
  const canvas = useRef<HTMLCanvasElement>(null);
  const drawn = useRef(-1);
  useAnimation(() => {
    const shown = canvas.current;
    if (!shown || drawn.current === trace.count) return;
    drawn.current = trace.count;
    const pixelRatio = window.devicePixelRatio || 1;
    shown.width = Math.round(shown.clientWidth * pixelRatio);
    shown.height = Math.round(shown.clientHeight * pixelRatio);
    const context = shown.getContext('2d')!;
    const { color, accentColor } = getComputedStyle(shown);
    const step = shown.width / TRACE_LENGTH;
    for (let i = 0; i < TRACE_LENGTH; i++) {
      const index = (trace.count + i) % TRACE_LENGTH;
      const share = Math.max(0.02, Math.min(1, 1 - trace.levels[index]! / LOWEST_DB));
      const height = share * shown.height;
      context.fillStyle = trace.speaking[index] ? accentColor : color;
      context.fillRect(i * step, (shown.height - height) / 2, Math.max(1, step - pixelRatio), height);
    }
  });
  return <canvas ref={canvas} className="level-trace" role="img" aria-label={strings.words.recording.level} />;
}
