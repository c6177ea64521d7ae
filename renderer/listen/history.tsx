import { type KeyboardEvent, useRef, useState } from 'react';
import { PlayIcon, StopIcon } from '../frame/icons.tsx';
import { displayLabel, formatClock, formatPercent } from '../format.ts';
import { useStore } from '../store.ts';
import { strings } from '../strings.ts';
import { useStudio } from '../studio/studio-context.ts';
import { movedIndex } from './moved-index.ts';
import './history.css';

/** What was heard, newest first; each entry plays its sound. One stop of the Tab key, arrow keys within. */
export function History() {
  const studio = useStudio();
  const detections = useStore(studio.history);
  const playing = useStore(studio.player.playing);
  const [chosenId, setChosenId] = useState<string>();
  const list = useRef<HTMLUListElement>(null);
  const chosen = Math.max(
    0,
    detections.findIndex((each) => each.id === chosenId),
  );

  function move(event: KeyboardEvent): void {
    const next = movedIndex(event.key, chosen, detections.length);
    if (next === undefined) return;
    event.preventDefault();
    setChosenId(detections[next]?.id);
    list.current?.querySelectorAll('button')[next]?.focus();
  }

  return (
    <section className="history">
      {detections.length === 0 && <p className="history-empty">{strings.listen.emptyHistory}</p>}
      <ul ref={list} role="list" aria-label={strings.listen.history} className="history-list" onKeyDown={move}>
        {detections.map(({ id, at, label, score }, index) => {
          const [word, time] = [displayLabel(label), formatClock(at)];
          const isPlaying = playing === id;
          return (
            <li key={id} className="history-entry">
              <span className="history-time">{time}</span> <span className="history-word">{word}</span>{' '}
              <span className="history-score">{formatPercent(score)}</span>
              <button
                type="button"
                className="history-play"
                tabIndex={index === chosen ? 0 : -1}
                aria-label={isPlaying ? strings.listen.stopPlaying(word, time) : strings.listen.play(word, time)}
                onFocus={() => setChosenId(id)}
                onClick={() => void studio.togglePlay(id)}
              >
                {isPlaying ? <StopIcon /> : <PlayIcon />}
              </button>
            </li>
          );
        })}
      </ul>
    </section>
  );
}
