import { useState } from 'react';
import { Button } from 'react-aria-components';
import { ImportButtons } from '../import/import-buttons.tsx';
import type { ScreenProps } from '../screens.ts';
import { useStore } from '../store.ts';
import { strings } from '../strings.ts';
import { useStudio } from '../studio/studio-context.ts';
import { FindWord } from './find-word.tsx';
import { NewWord } from './new-word.tsx';
import { WordCard } from './word-card.tsx';
import { WordView } from './word-view.tsx';
import { BACKGROUND, wordName } from './word-name.ts';
import './words-screen.css';

/** Stands for the field, among the labels; no label is empty. */
const NEW_WORD = '';

/** The user's words as cards; one of them, opened, to record and look through its takes. */
export function WordsScreen({ onScreen }: ScreenProps) {
  const studio = useStudio();
  const listing = useStore(studio.words.listing);
  const takes = useStore(studio.words.takes);
  const sought = useStore(studio.sought);
  const [openLabel, setOpenLabelOnly] = useState<string>();
  /** What the focus returns to when the grid is shown again: the card of a word, or the field for new ones. */
  const [returnTo, setReturnTo] = useState<string>();
  const setOpenLabel = (label: string | undefined): void => {
    studio.sought.set(undefined);
    setOpenLabelOnly(label);
  };
  const open = listing?.words.find(({ label }) => label === openLabel);
  if (!listing) return <main className="words" aria-busy="true" />;

  if (open && sought === undefined)
    return (
      <WordView
        key={open.label}
        word={open}
        others={listing.words.filter(({ label, kind }) => label !== open.label && kind !== 'background')}
        takes={takes.get(open.label) ?? []}
        onOpen={setOpenLabel}
        onClose={() => {
          setReturnTo(open.label);
          setOpenLabel(undefined);
        }}
      />
    );

  const own = listing.words.filter(({ kind }) => kind === 'word');
  const record = (label: string): void => {
    setOpenLabel(label);
    if (label === BACKGROUND) void studio.recorder.startBackground(label);
    else void studio.recorder.start(label, studio.settings.get().recordMode);
  };
  if (own.length === 0)
    return (
      <main className="words words-empty">
        <h1>{strings.words.empty.title}</h1>
        <p>{strings.words.empty.text}</p>
        <NewWord autoFocus onAdded={() => setReturnTo(NEW_WORD)} />
        <div className="words-transfer">
          <ImportButtons canExport={false} />
        </div>
        {listing.readOnly !== null && <p className="words-problem">{listing.readOnly}</p>}
      </main>
    );

  const holds = sought?.trim().toLocaleLowerCase() ?? '';
  const shown = listing.words.filter(({ label }) => wordName(label).toLocaleLowerCase().includes(holds));
  const needy = own.find(({ missingTakes }) => missingTakes > 0);
  return (
    <main className="words">
      <div className="words-head">
        <div>
          <h1>{strings.words.title}</h1>
          <p className="words-guide">
            {needy ? strings.words.guide.needs(needy.label, needy.missingTakes) : strings.words.guide.allReady}
          </p>
        </div>
        <NewWord autoFocus={sought === undefined && returnTo === NEW_WORD} />
      </div>
      <div className="words-transfer">
        {!needy && (
          <Button className="button main" onPress={() => onScreen('teach')}>
            {strings.words.grid.teach}
          </Button>
        )}
        <ImportButtons canExport={listing.words.some(({ takeCount }) => takeCount > 0)} />
        {sought !== undefined && (
          <FindWord
            value={sought}
            onChange={(value) => studio.sought.set(value)}
            onOpenFirst={() => shown[0] && setOpenLabel(shown[0].label)}
            onClose={() => studio.sought.set(undefined)}
          />
        )}
      </div>
      {listing.readOnly !== null && (
        <p className="words-problem" role="alert">
          {listing.readOnly}
        </p>
      )}
      {listing.unusable.length > 0 && (
        <div className="words-problem">
          <p>{strings.words.grid.unusable(listing.unusable.length)}</p>
          <ul>
            {listing.unusable.map(({ file, reason }) => (
              <li key={file}>{reason}</li>
            ))}
          </ul>
        </div>
      )}
      {shown.length === 0 && <p role="status">{strings.words.find.none(sought ?? '')}</p>}
      <ul className="words-grid" role="list" aria-label={strings.words.grid.label}>
        {shown.map((word) => (
          <WordCard
            key={word.label}
            word={word}
            takes={takes.get(word.label) ?? []}
            autoFocus={sought === undefined && returnTo === word.label}
            onOpen={() => setOpenLabel(word.label)}
            onRecord={() => record(word.label)}
          />
        ))}
      </ul>
    </main>
  );
}
