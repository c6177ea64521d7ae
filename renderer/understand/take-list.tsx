import { useCallback } from 'react';
import { Button, ListBox, ListBoxItem, Popover, Select } from 'react-aria-components';
import type { HeardTake } from '../../src/engine/contract/understand-schemas.ts';
import { displayLabel, formatPercent } from '../format.ts';
import { ChevronIcon, PlayIcon, StopIcon } from '../frame/icons.tsx';
import { useStore } from '../store.ts';
import { strings, UNKNOWN } from '../strings.ts';
import { useStudio } from '../studio/studio-context.ts';
import './take-list.css';

/** So many rows are drawn at once; more of them would be nobody's to read. */
const SHOWN = 200;

/** Takes with what they were heard as: to play, to give to another word, to leave out, to look into. */
export function TakeList({ takes, label }: { takes: readonly HeardTake[]; label: string }) {
  if (takes.length === 0) return <p className="takes-empty">{strings.understand.clips.empty}</p>;
  return (
    <ul className="takes" aria-label={label}>
      {takes.slice(0, SHOWN).map((take, index) => (
        <TakeRow key={take.takeId} take={take} position={index + 1} />
      ))}
    </ul>
  );
}

function TakeRow({ take, position }: { take: HeardTake; position: number }) {
  const studio = useStudio();
  const isPlaying = useStore(studio.player.playing) === take.takeId;
  const text = strings.understand.clips;
  const word = displayLabel(take.word);
  /** Back from looking into this take, the focus is where it was. */
  const focusOnReturn = useCallback(
    (button: HTMLButtonElement | null): void => {
      if (!button || studio.understand.returnTo.get() !== take.takeId) return;
      studio.understand.returnTo.set(undefined);
      button.focus();
    },
    [studio, take.takeId],
  );
  return (
    <li className="takes-row" data-left-out={take.leftOut || undefined}>
      <button
        type="button"
        className="takes-play"
        aria-label={isPlaying ? text.stop(word, position) : text.play(word, position)}
        onClick={() => void studio.togglePlayTake(take.takeId)}
      >
        {isPlaying ? <StopIcon /> : <PlayIcon />}
      </button>
      <button
        type="button"
        className="takes-open"
        ref={focusOnReturn}
        aria-label={text.open(word, position)}
        onClick={() => void studio.understand.open(take.takeId)}
      >
        <span className="takes-score">{formatPercent(take.score)}</span>
        <span>{text.heardAs(displayLabel(take.answer))}</span>
        {take.leftOut && <span className="takes-left-out">{text.leftOut}</span>}
      </button>
      <Relabel take={take} position={position} />
      <Button className="takes-button" onPress={() => void studio.understand.leaveOut(take.takeId, !take.leftOut)}>
        {take.leftOut ? text.takeBack : text.leaveOut}
      </Button>
    </li>
  );
}

/** Gives a take to another word. */
function Relabel({ take, position }: { take: HeardTake; position: number }) {
  const { understand, words } = useStudio();
  const listing = useStore(words.listing);
  const others = (listing?.words ?? [])
    .filter(({ label, kind }) => kind !== 'background' && label !== take.word)
    .map(({ label }) => label);
  const choices = others.includes(UNKNOWN) || take.word === UNKNOWN ? others : [...others, UNKNOWN];
  const text = strings.understand.clips;
  return (
    <Select
      aria-label={text.relabelLabel(displayLabel(take.word), position)}
      value={null}
      onChange={(label) => {
        if (label !== null) void understand.relabel(take.takeId, String(label));
      }}
    >
      <Button className="takes-button">
        {text.relabel}
        <ChevronIcon />
      </Button>
      <Popover className="microphone-popover">
        <ListBox items={choices.map((label) => ({ id: label }))}>
          {({ id }) => (
            <ListBoxItem id={id} className="microphone-choice" textValue={displayLabel(id)}>
              {displayLabel(id)}
            </ListBoxItem>
          )}
        </ListBox>
      </Popover>
    </Select>
  );
}
