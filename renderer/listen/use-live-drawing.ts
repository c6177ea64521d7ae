import { useEffect, useRef } from 'react';
import type { LiveSound } from './live.ts';

/**
 * Calls `draw` once when the component is shown, and before the first repaint of the screen after each change of what
 * is heard, without rendering the component again. While nothing new is heard, nothing runs.
 */
export function useLiveDrawing(live: LiveSound, draw: () => void): void {
  const latest = useRef(draw);
  useEffect(() => {
    latest.current = draw;
  });
  useEffect(() => {
    let request: number | undefined;
    const drawNext = (): void => {
      request ??= requestAnimationFrame(() => {
        request = undefined;
        latest.current();
      });
    };
    drawNext();
    const unsubscribe = live.subscribe(drawNext);
    return () => {
      unsubscribe();
      if (request !== undefined) cancelAnimationFrame(request);
    };
  }, [live]);
}
