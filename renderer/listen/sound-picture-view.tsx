import { useRef } from 'react';
import { isCapturing } from '../capture/state.ts';
import { displayLabel } from '../format.ts';
import { useStore } from '../store.ts';
import { strings } from '../strings.ts';
import { useStudio } from '../studio/studio-context.ts';
import { createPicturePainter, type PicturePainter } from './paint-picture.ts';
import { PICTURE_MS } from './sound-picture.ts';
import { useAnimation } from './use-animation.ts';
import './sound-picture-view.css';

const SECONDS = Array.from({ length: PICTURE_MS / 1000 + 1 }, (_, i) => PICTURE_MS / 1000 - i);

/** The running log-mel picture over its time axis. While asleep it stands still, in grey. */
export function SoundPictureView() {
  const { live, listener } = useStudio();
  const canvas = useRef<HTMLCanvasElement>(null);
  const painter = useRef<PicturePainter>(undefined);
  const hasPicture = useStore(live.hasPicture);

  useAnimation(
    () => {
      const { picture, version } = live.current;
      if (!picture || !canvas.current) return;
      painter.current ??= createPicturePainter(canvas.current, displayLabel);
      painter.current.paint(picture, version);
    },
    isCapturing(useStore(listener.state)),
  );

  return (
    <figure className="picture">
      <div className="picture-frame">
        {hasPicture ? (
          <canvas ref={canvas} className="picture-canvas" role="img" aria-label={strings.listen.soundPicture} />
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
