import { Button } from 'react-aria-components';
import type { Take, WordSummary } from '../../src/engine/contract/words-schemas.ts';
import { MicrophoneIcon } from '../frame/icons.tsx';
import { strings } from '../strings.ts';
import { Spectrogram } from './spectrogram.tsx';
import { wordName } from './word-name.ts';
import './word-card.css';

const PICTURES = 5;

interface WordCardProps {
  readonly word: WordSummary;
  readonly takes: readonly Take[];
  readonly autoFocus: boolean;
  readonly onOpen: () => void;
  readonly onRecord: () => void;
}

/** A word at a glance: how many takes, its newest ones, what it still needs. */
export function WordCard({ word, takes, autoFocus, onOpen, onRecord }: WordCardProps) {
  const text = strings.words.grid;
  const name = wordName(word.label);
  const newest = takes.slice(-PICTURES);
  return (
    <li className="word-card" data-kind={word.kind}>
      <Button autoFocus={autoFocus} className="word-card-open" aria-label={text.open(name)} onPress={onOpen}>
        <span className="word-card-name">{name}</span>
        <span className="word-card-count">{strings.words.takes(word.takeCount)}</span>
        {word.kind === 'word' || newest.length > 0 ? (
          <span className="word-card-pictures">
            {Array.from({ length: PICTURES }, (_, i) => {
              const take = newest[i];
              return take ? (
                <Spectrogram key={take.id} id={take.id} className="word-card-picture" />
              ) : (
                <span key={i} className="word-card-picture" />
              );
            })}
          </span>
        ) : (
          <span className="word-card-hint">{word.kind === 'unknown' ? text.unknownHint : text.backgroundHint}</span>
        )}
      </Button>
      <div className="word-card-foot">
        {word.kind === 'word' && (
          <span className="word-card-missing" data-ready={word.missingTakes === 0 || undefined}>
            <span className="dots" aria-hidden="true">
              {Array.from({ length: PICTURES }, (_, i) => (
                <span key={i} data-full={i < PICTURES - word.missingTakes || undefined} />
              ))}
            </span>
            {text.missing(word.missingTakes)}
          </span>
        )}
        {word.leftOutCount > 0 && <span className="word-card-left-out">{text.leftOut(word.leftOutCount)}</span>}
        <Button className="button word-card-record" aria-label={text.recordWord(name)} onPress={onRecord}>
          <MicrophoneIcon />
          {text.record}
        </Button>
      </div>
    </li>
  );
}
