import { useEffect, useRef } from 'react';

/**
 * Calls `draw` before every repaint of the screen while the component is shown, without rendering it again.
 * @param isRunning  where false, `draw` is called once more, and then only when the window changes its size: what stands
 *   still costs nothing
 */
export function useAnimation(draw: () => void, isRunning = true): void {
  const latest = useRef(draw);
  useEffect(() => {
    latest.current = draw;
  });
  useEffect(() => {
    let request = 0;
    const step = (): void => {
      latest.current();
      if (isRunning) request = requestAnimationFrame(step);
    };
    const again = (): void => {
      cancelAnimationFrame(request);
      request = requestAnimationFrame(step);
    };
    again();
    window.addEventListener('resize', again);
    return () => {
      window.removeEventListener('resize', again);
      cancelAnimationFrame(request);
    };
  }, [isRunning]);
}
