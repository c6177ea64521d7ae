import { type KeyboardEvent, useCallback, useMemo, useState } from 'react';
import { Button, Slider, SliderThumb, SliderTrack } from 'react-aria-components';
import type { UnderstandClip } from '../../src/engine/contract/understand-schemas.ts';
import { displayLabel, formatPercent } from '../format.ts';
import { PlayIcon, StopIcon } from '../frame/icons.tsx';
import { useAnimation } from '../listen/use-animation.ts';
import { useStore } from '../store.ts';
import { strings } from '../strings.ts';
import { useStudio } from '../studio/studio-context.ts';
import { SheetRows } from './sheet-rows.tsx';
import { frameAt, timeAxisOf } from './time-axis.ts';
import './score-sheet.css';

const text = strings.understand.sheet;
/** Under this name the window is played; a take's own sound has its id. */
const SHEET = 'sheet';
/** Marks of the time axis. */
const TICK_MS = 200;

/** One take as the model hears it: rows that share a time axis, and a cursor across them all that playing moves. */
export function ScoreSheet({ clip }: { clip: UnderstandClip }) {
  const { understand, player } = useStudio();
  const isPlaying = useStore(player.playing) === SHEET;
  const [cursorMs, setCursorMs] = useState(0);
  const axis = useMemo(() => timeAxisOf(clip), [clip]);
  const { durationMs } = axis;

  useAnimation(
    useCallback(() => {
      const position = player.playing.get() === SHEET ? player.positionMs() : undefined;
      if (position !== undefined) setCursorMs(Math.min(durationMs, position));
    }, [player, durationMs]),
    isPlaying,
  );

  function toggle(): void {
    if (isPlaying) player.stop();
    else void player.play(SHEET, clip.samples, clip.sampleRateHz);
  }
  function close(): void {
    if (isPlaying) player.stop();
    understand.close();
  }
  function press(event: KeyboardEvent): void {
    if (event.key === 'Escape') close();
    // The cursor's own element has no use for it.
    else if (event.key === 'Enter' && (event.target as Element).matches('input')) toggle();
  }

  const seconds = (ms: number): string => (ms / 1000).toFixed(2);
  const ticks = Array.from({ length: Math.floor(durationMs / TICK_MS) + 1 }, (_, i) => i * TICK_MS);
  const windowEndMs = clip.windowStartMs + durationMs;
  return (
    <main className="sheet" onKeyDown={press}>
      <div className="sheet-head">
        <Button className="button" onPress={close}>
          {text.back}
        </Button>
        <h1>{text.title(displayLabel(clip.word))}</h1>
        <p>
          {text.answer(clip.modelId, displayLabel(clip.answer), formatPercent(clip.score))}{' '}
          {clip.takeMs > durationMs + 1 &&
            text.cut(seconds(clip.windowStartMs), seconds(windowEndMs), seconds(clip.takeMs))}
        </p>
        <Button className="button main" autoFocus onPress={toggle}>
          {isPlaying ? <StopIcon /> : <PlayIcon />}
          {isPlaying ? text.stop : text.play}
        </Button>
        <p className="sheet-moment" data-testid="moment">
          {momentOf(clip, frameAt(axis, cursorMs), seconds(cursorMs))}
        </p>
      </div>
      <div className="sheet-rows">
        <SheetRows clip={clip} axis={axis} />
        <div className="sheet-row sheet-axis" aria-hidden="true">
          <span />
          <div className="sheet-ticks">
            {ticks.map((ms) => (
              <span key={ms} style={{ left: `${(100 * ms) / durationMs}%` }}>
                {text.seconds((ms / 1000).toFixed(1))}
              </span>
            ))}
          </div>
        </div>
        <Slider
          className="sheet-cursor"
          aria-label={text.cursor}
          minValue={0}
          maxValue={Math.floor(durationMs)}
          step={1}
          value={cursorMs}
          onChange={setCursorMs}
        >
          <SliderTrack className="sheet-cursor-track">
            <SliderThumb className="sheet-cursor-line" />
          </SliderTrack>
        </Slider>
      </div>
    </main>
  );
}

/** What the network would answer were the sound to end here. */
function momentOf({ labels, posteriors }: UnderstandClip, frame: number, seconds: string): string {
  const row = posteriors.subarray(frame * labels.length, (frame + 1) * labels.length);
  const best = row.indexOf(Math.max(...row));
  return text.moment(seconds, displayLabel(labels[best]!), formatPercent(row[best]!));
}
