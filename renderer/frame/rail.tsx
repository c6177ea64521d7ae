import type { ReactNode } from 'react';
import { Link } from 'react-aria-components';
import { useStore } from '../store.ts';
import { strings } from '../strings.ts';
import { useStudio } from '../studio/studio-context.ts';
import { GearIcon, KeyboardIcon, MicrophoneIcon } from './icons.tsx';
import { statusText } from './status.ts';
import './rail.css';

export type Screen = 'listen' | 'settings';

interface RailProps {
  readonly screen: Screen;
  readonly onScreen: (screen: Screen) => void;
  readonly onKeys: () => void;
}

/** The way to every screen, and on every screen whether Heed listens. */
export function Rail({ screen, onScreen, onKeys }: RailProps) {
  const state = useStore(useStudio().listener.state);
  const entry = (to: Screen, icon: ReactNode): ReactNode => (
    // A link rather than a button: Space goes on meaning "listen" after it was clicked.
    <Link className="rail-entry" aria-current={screen === to ? 'page' : undefined} onPress={() => onScreen(to)}>
      {icon}
      <span>{strings.rail[to]}</span>
    </Link>
  );
  return (
    <nav className="rail" aria-label={strings.rail.label}>
      <div className="rail-mark" data-phase={state.phase}>
        <span className="rail-light" aria-hidden="true" />
        <span className="rail-name">{strings.name}</span>
        <span className="rail-state">{statusText(state)}</span>
      </div>
      {entry('listen', <MicrophoneIcon />)}
      <div className="rail-gap" />
      <Link className="rail-entry" onPress={onKeys}>
        <KeyboardIcon />
        <span>{strings.rail.keys}</span>
      </Link>
      {entry('settings', <GearIcon />)}
    </nav>
  );
}
