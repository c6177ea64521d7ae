import { useRef } from 'react';
import { displayLabel } from '../format.ts';
import { useStore } from '../store.ts';
import { strings } from '../strings.ts';
import { useStudio } from '../studio/studio-context.ts';
import { createPicturePainter, type PicturePainter } from './paint-picture.ts';
import { PICTURE_MS } from './sound-picture.ts';
import { useLiveDrawing } from './use-live-drawing.ts';
import './sound-picture-view.css';

const SECONDS = Array.from({ length: PICTURE_MS / 1000 + 1 }, (_, i) => PICTURE_MS / 1000 - i);

/** The running log-mel picture over its time axis. While asleep it stands still, in grey. */
export function SoundPictureView() {
  const { live } = useStudio();
  const canvas = useRef<HTMLCanvasElement>(null);
  const pins = useRef<HTMLDivElement>(null);
  const painter = useRef<PicturePainter>(undefined);
  const hasPicture = useStore(live.hasPicture);

  useLiveDrawing(live, () => {
    const { picture } = live.current;
    if (!picture || !canvas.current || !pins.current) return;
    painter.current ??= createPicturePainter(canvas.current, pins.current, displayLabel);
    painter.current.paint(picture);
  });

  return (
    <figure className="picture">
      <div className="picture-frame">
        {hasPicture ? (
          <>
            <canvas ref={canvas} className="picture-canvas" role="img" aria-label={strings.listen.soundPicture} />
            <div ref={pins} className="picture-pins" aria-hidden="true" />
          </>
        ) : (
          <p className="picture-empty">{strings.listen.emptyPicture}</p>
        )}
      </div>
      <div className="picture-axis" aria-hidden="true">
        {SECONDS.map((seconds) => (
          <span key={seconds}>{strings.listen.secondsAgo(seconds)}</span>
        ))}
      </div>
    </figure>
  );
}
