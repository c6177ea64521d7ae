import { useEffect, useRef } from 'react';
import { useStudio } from '../studio/studio-context.ts';
import { paintSpectrogram } from './paint-take.ts';

/** The small picture of a take; it says nothing by itself. */
export function Spectrogram({ id, className }: { id: string; className?: string }) {
  const { takeSounds } = useStudio();
  const canvas = useRef<HTMLCanvasElement>(null);
  useEffect(() => {
    let shown = true;
    takeSounds.picture(id).then(
      (picture) => shown && canvas.current && paintSpectrogram(canvas.current, picture),
      () => undefined,
    );
    return () => void (shown = false);
  }, [takeSounds, id]);
  return <canvas ref={canvas} className={className} aria-hidden="true" />;
}
