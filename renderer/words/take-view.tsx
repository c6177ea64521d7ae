import { useEffect, useRef, useState } from 'react';
import { Button, Slider, SliderThumb, SliderTrack } from 'react-aria-components';
import type { Take, WordSummary } from '../../src/engine/contract/words-schemas.ts';
import { asHeedError } from '../../src/errors.ts';
import { PlayIcon, StopIcon } from '../frame/icons.tsx';
import { useStore } from '../store.ts';
import { strings } from '../strings.ts';
import { useStudio } from '../studio/studio-context.ts';
import { Badges } from './badges.tsx';
import { paintWaveform } from './paint-take.ts';
import { Spectrogram } from './spectrogram.tsx';
import { wordName } from './word-name.ts';
import './take-view.css';
import { WordMenu } from './word-menu.tsx';

/** The handles move in steps of this, and stay as far apart as the engine wants. */
const TRIM_STEP_MS = 10;
const SHORTEST_MS = 20;

/** What the system may change that changes the colour of text. */
const LOOKS = ['(prefers-color-scheme: dark)', '(prefers-contrast: more)', '(forced-colors: active)'];

interface TakeViewProps {
  readonly take: Take;
  /** Counted from 1, within its word. */
  readonly position: number;
  readonly others: readonly WordSummary[];
  readonly onPlay: () => void;
  readonly onDelete: () => void;
  /** Set for the take that was just recorded. */
  readonly onRetake: (() => void) | undefined;
}

/** One take, large: waveform over spectrogram on one time axis, handles to trim it, what may be wrong with it. */
export function TakeView({ take, position, others, onPlay, onDelete, onRetake }: TakeViewProps) {
  const { words, notices, player } = useStudio();
  const isPlaying = useStore(player.playing) === take.id;
  const text = strings.words.take;
  const attempt = (work: Promise<unknown>, done?: string): void =>
    void work.then(
      () => done !== undefined && notices.show('words', done),
      (error: unknown) => notices.show('words', asHeedError(error).message),
    );
  const ids = [take.id];
  return (
    <section className="take" aria-label={text.name(position, text.seconds(take.durationMs))}>
      <TakePlot take={take} />
      <div className="take-side">
        <p className="take-title">
          {text.name(position, text.seconds((take.trim?.endMs ?? take.durationMs) - (take.trim?.startMs ?? 0)))}
          {take.leftOut && <span className="take-left-out"> · {text.leftOut}</span>}
        </p>
        <Badges badges={take.badges} />
        <div className="take-actions">
          <Button className="button" onPress={onPlay}>
            {isPlaying ? <StopIcon /> : <PlayIcon />}
            {isPlaying ? text.stop : text.play}
          </Button>
          {onRetake && (
            <Button className="button" onPress={onRetake}>
              {text.retake}
            </Button>
          )}
          {others.length > 0 && (
            <WordMenu
              name={text.move}
              words={others}
              onChoose={(to) => attempt(words.change('takes.move', { ids, label: to }), text.moved(wordName(to)))}
            />
          )}
          <Button
            className="button"
            onPress={() => attempt(words.change('takes.leaveOut', { ids, leftOut: !take.leftOut }))}
          >
            {take.leftOut ? text.takeIn : text.leaveOut}
          </Button>
          {take.trim && (
            <Button className="button" onPress={() => attempt(words.change('takes.trim', { id: take.id, trim: null }))}>
              {text.resetTrim}
            </Button>
          )}
          <Button className="button" onPress={onDelete}>
            {text.delete}
          </Button>
        </div>
      </div>
    </section>
  );
}

/** Waveform, spectrogram and trim handles on one time axis. */
function TakePlot({ take }: { take: Take }) {
  const studio = useStudio();
  const { words, notices, takeSounds } = studio;
  const { theme } = useStore(studio.settings);
  const text = strings.words.take;
  const kept: [number, number] = [take.trim?.startMs ?? 0, take.trim?.endMs ?? take.durationMs];
  const [moving, setMoving] = useState<[number, number]>();
  const [startMs, endMs] = moving ?? kept;
  /** Counts what was asked to be kept: the handles stand where the newest put them until that is kept. */
  const asked = useRef(0);
  const wave = useRef<HTMLCanvasElement>(null);

  useEffect(() => {
    let shown = true;
    let samples: Float32Array | undefined;
    const paint = (): void => {
      if (shown && samples && wave.current) paintWaveform(wave.current, samples);
    };
    takeSounds.sound(take.id).then(
      (sound) => {
        samples = sound.samples;
        paint();
      },
      (error: unknown) => shown && notices.show('words', asHeedError(error).message),
    );
    const observer = new ResizeObserver(paint);
    // The waveform has the colour of text.
    const looks = LOOKS.map((query) => matchMedia(query));
    for (const look of looks) look.addEventListener('change', paint);
    if (wave.current) observer.observe(wave.current);
    return () => {
      shown = false;
      observer.disconnect();
      for (const look of looks) look.removeEventListener('change', paint);
    };
  }, [takeSounds, notices, take.id, theme]);

  const keep = ([start, end]: number[]): void => {
    const isWhole = start! <= 0 && end! >= take.durationMs;
    const trim = isWhole ? null : { startMs: start!, endMs: end! };
    const mine = ++asked.current;
    words
      .change('takes.trim', { id: take.id, trim })
      .catch((error: unknown) => notices.show('words', asHeedError(error).message))
      .finally(() => mine === asked.current && setMoving(undefined));
  };
  const share = (ms: number): string => `${(100 * ms) / take.durationMs}%`;
  return (
    <div className="take-plot">
      <div className="take-pictures" role="img" aria-label={text.wave}>
        <canvas ref={wave} className="take-wave" />
        <Spectrogram id={take.id} className="take-spectrogram" />
      </div>
      <span className="take-cut" style={{ left: 0, width: share(startMs) }} />
      <span className="take-cut" style={{ left: share(endMs), right: 0 }} />
      <Slider
        className="trim"
        aria-label={text.trim}
        minValue={0}
        maxValue={take.durationMs}
        step={TRIM_STEP_MS}
        value={[startMs, endMs]}
        onChange={(value) => {
          const [start, end] = value as [number, number];
          if (end - start >= SHORTEST_MS) setMoving([start, end]);
        }}
        onChangeEnd={(value) => keep(value)}
      >
        <SliderTrack className="trim-track">
          <SliderThumb index={0} className="trim-thumb" aria-label={text.trimStart} />
          <SliderThumb index={1} className="trim-thumb" aria-label={text.trimEnd} />
        </SliderTrack>
      </Slider>
      <div className="take-axis" aria-hidden="true">
        <span>0 s</span>
        <span>{text.seconds(take.durationMs / 2)}</span>
        <span>{text.seconds(take.durationMs)}</span>
      </div>
    </div>
  );
}
