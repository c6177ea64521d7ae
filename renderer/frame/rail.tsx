import type { ReactNode } from 'react';
import { Link } from 'react-aria-components';
import { SCREENS, type Screen } from '../screens.ts';
import { useStore } from '../store.ts';
import { strings } from '../strings.ts';
import { useStudio } from '../studio/studio-context.ts';
import {
  BoxIcon,
  CapIcon,
  FlaskIcon,
  GearIcon,
  KeyboardIcon,
  MatrixIcon,
  MicrophoneIcon,
  WordsIcon,
} from './icons.tsx';
import { statusText } from './status.ts';
import './rail.css';

const ICONS: Readonly<Record<Screen, ReactNode>> = {
  listen: <MicrophoneIcon />,
  words: <WordsIcon />,
  teach: <CapIcon />,
  understand: <MatrixIcon />,
  models: <BoxIcon />,
  lab: <FlaskIcon />,
  settings: <GearIcon />,
};

interface RailProps {
  readonly screen: Screen;
  readonly onScreen: (screen: Screen) => void;
  readonly onKeys: () => void;
}

/** The way to every screen, and on every screen whether Heed listens. */
export function Rail({ screen, onScreen, onKeys }: RailProps) {
  const studio = useStudio();
  const state = useStore(studio.listener.state);
  const words = useStore(studio.words.listing)?.words.filter(({ kind }) => kind === 'word').length ?? 0;
  const entry = (to: Screen): ReactNode => (
    // A link rather than a button: Space goes on meaning "listen" after it was clicked.
    <Link
      key={to}
      className="rail-entry"
      aria-current={screen === to ? 'page' : undefined}
      onPress={() => onScreen(to)}
    >
      {ICONS[to]}
      <span>{strings.rail[to]}</span>
      {to === 'words' && words > 0 && (
        <span className="rail-count">
          <span aria-hidden="true">{words}</span>
          <span className="visually-hidden">{strings.rail.wordCount(words)}</span>
        </span>
      )}
    </Link>
  );
  return (
    <nav className="rail" aria-label={strings.rail.label}>
      <div className="rail-mark" data-phase={state.phase}>
        <span className="rail-light" aria-hidden="true" />
        <span className="rail-name">{strings.name}</span>
        <span className="rail-state">{statusText(state)}</span>
      </div>
      {SCREENS.filter((each) => each !== 'settings').map(entry)}
      <div className="rail-gap" />
      <Link className="rail-entry" onPress={onKeys}>
        <KeyboardIcon />
        <span>{strings.rail.keys}</span>
      </Link>
      {entry('settings')}
    </nav>
  );
}
