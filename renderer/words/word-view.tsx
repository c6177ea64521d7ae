import { useEffect, useEffectEvent, useState } from 'react';
import { Button } from 'react-aria-components';
import type { Take, WordSummary } from '../../src/engine/contract/words-schemas.ts';
import { asHeedError } from '../../src/errors.ts';
import { keyFocus } from '../frame/keys.ts';
import { ChevronIcon } from '../frame/icons.tsx';
import { useKeptFocus } from '../frame/use-kept-focus.ts';
import { useStore } from '../store.ts';
import { strings } from '../strings.ts';
import { useStudio } from '../studio/studio-context.ts';
import { RecordPanel } from './record-panel.tsx';
import { TakeStrip } from './take-strip.tsx';
import { TakeView } from './take-view.tsx';
import { WordHeading } from './word-heading.tsx';
import { BACKGROUND, wordName } from './word-name.ts';
import { wordKey } from './word-keys.ts';
import './word-view.css';

interface WordViewProps {
  readonly word: WordSummary;
  /** Where takes may be moved to. */
  readonly others: readonly WordSummary[];
  readonly takes: readonly Take[];
  readonly onOpen: (label: string) => void;
  readonly onClose: () => void;
}

/** One word: record it, look at each take, throw out what is bad. */
export function WordView({ word, others, takes, onOpen, onClose }: WordViewProps) {
  const studio = useStudio();
  const { recorder, notices, player, words, takeSounds } = studio;
  const state = useStore(recorder.state);
  const mode = useStore(studio.settings).recordMode;
  const [chosenId, setChosenId] = useState<string>();
  const isRecording = !['off', 'problem'].includes(state.phase);
  const newest = state.label === word.label ? state.newest : undefined;
  // While recording, the newest take is what one wants to see.
  const shown = takes.find(({ id }) => id === (isRecording && newest ? newest.id : chosenId)) ?? takes.at(-1);

  const attempt = (work: Promise<unknown>, done?: string): void =>
    void work.then(
      () => done !== undefined && notices.show('words', done),
      (error: unknown) => notices.show('words', asHeedError(error).message),
    );

  // The card that was pressed is gone, and so are a take's buttons with the take.
  const main = useKeptFocus(`${shown?.id ?? ''} ${state.phase}`);

  // Leaving the word ends its recording.
  useEffect(() => () => recorder.stop(), [recorder]);

  const toggle = (): void => {
    if (isRecording) recorder.stop();
    else if (word.label === BACKGROUND) void recorder.startBackground(word.label);
    else void recorder.start(word.label, mode);
  };
  const play = (take: Take): void => {
    if (player.playing.get() === take.id) {
      player.stop();
      return;
    }
    attempt(
      takeSounds.sound(take.id).then(({ samples, sampleRateHz }) => {
        const at = (ms: number): number => Math.round((ms * sampleRateHz) / 1000);
        const part = take.trim ? samples.slice(at(take.trim.startMs), at(take.trim.endMs)) : samples;
        return player.play(take.id, part, sampleRateHz);
      }),
    );
  };
  const remove = (take: Take): void => {
    const index = takes.indexOf(take);
    setChosenId((takes[index + 1] ?? takes[index - 1])?.id);
    attempt(words.change('takes.delete', { ids: [take.id] }), strings.words.take.deleted);
  };

  const onKey = useEffectEvent((event: KeyboardEvent, isDown: boolean) => {
    const command = wordKey(event, keyFocus(event.target), isDown);
    if (!command) return;
    if (command === 'close' && document.querySelector('[role=dialog], [role=menu], [role=listbox][data-popover]'))
      return;
    event.preventDefault();
    if (command === 'space-down') {
      const isHolding = mode === 'held' && word.label !== BACKGROUND;
      if (!isHolding || !isRecording) toggle();
      if (isHolding) recorder.hold();
    } else if (command === 'space-up') recorder.release();
    else if (command === 'retake') void recorder.retake();
    else if (command === 'delete' && shown) remove(shown);
    else if (command === 'play' && shown) play(shown);
    else if (command === 'close') {
      if (isRecording) recorder.stop();
      else onClose();
    }
  });
  useEffect(() => {
    const down = (event: KeyboardEvent): void => onKey(event, true);
    const up = (event: KeyboardEvent): void => onKey(event, false);
    window.addEventListener('keydown', down);
    window.addEventListener('keyup', up);
    return () => {
      window.removeEventListener('keydown', down);
      window.removeEventListener('keyup', up);
    };
  }, []);

  return (
    <main ref={main} className="word" tabIndex={-1}>
      <Button className="word-back" onPress={onClose}>
        <ChevronIcon />
        {strings.words.word.back}
      </Button>
      <WordHeading word={word} others={others} onRenamed={onOpen} onGone={onClose} />
      <RecordPanel word={word} state={state} isRecording={isRecording} onToggle={toggle} />
      {shown ? (
        <TakeView
          key={shown.id}
          take={shown}
          position={takes.indexOf(shown) + 1}
          others={others}
          onPlay={() => play(shown)}
          onDelete={() => remove(shown)}
          onRetake={newest?.id === shown.id ? () => void recorder.retake() : undefined}
        />
      ) : (
        <p className="word-no-takes">{strings.words.word.noTakes}</p>
      )}
      <TakeStrip
        takes={takes}
        chosenId={shown?.id}
        label={`${strings.words.word.takes}: ${wordName(word.label)}`}
        onChoose={setChosenId}
        onPlay={play}
      />
    </main>
  );
}
