import { useEffect, useRef } from 'react';

/** Calls `draw` before every repaint of the screen while the component is shown, without rendering it again. */
export function useAnimation(draw: () => void): void {
  const latest = useRef(draw);
  useEffect(() => {
    latest.current = draw;
  });
  useEffect(() => {
    let request = requestAnimationFrame(function step() {
      latest.current();
      request = requestAnimationFrame(step);
    });
    return () => cancelAnimationFrame(request);
  }, []);
}
