import { useEffect, useState } from 'react';
import { watchDevices } from './capture/devices.ts';
import { displayLabel, formatPercent } from './format.ts';
import { Header } from './frame/header.tsx';
import { keyCommand, keyFocus } from './frame/keys.ts';
import { KeysDialog } from './frame/keys-dialog.tsx';
import { NoticeRegion } from './frame/notice-region.tsx';
import { Rail, type Screen } from './frame/rail.tsx';
import { statusText } from './frame/status.ts';
import { ListenScreen } from './listen/listen-screen.tsx';
import { SettingsScreen } from './settings/settings-screen.tsx';
import { useStore } from './store.ts';
import { strings } from './strings.ts';
import type { Studio } from './studio/studio.ts';
import { StudioContext } from './studio/studio-context.ts';
import './app.css';

/** The frame around every screen: rail, header, messages, keys. */
export function App({ studio }: { studio: Studio }) {
  const [screen, setScreen] = useState<Screen>('listen');
  const [keysShown, setKeysShown] = useState(false);
  const state = useStore(studio.listener.state);
  const { theme } = useStore(studio.settings);

  useEffect(() => {
    document.title = strings.title(statusText(state));
  }, [state]);

  useEffect(() => {
    if (theme === 'system') delete document.documentElement.dataset['theme'];
    else document.documentElement.dataset['theme'] = theme;
  }, [theme]);

  // Opening the microphone for the first time is also what makes the devices' names known.
  useEffect(() => watchDevices(studio.devicesListed), [studio, state.phase]);

  useEffect(() => {
    const press = (event: KeyboardEvent): void => {
      const command = keyCommand(event, keyFocus(event.target));
      if (!command) return;
      event.preventDefault();
      if (command === 'toggle-listening') studio.listener.toggle();
      else if (command === 'keys') setKeysShown(true);
      else setScreen(command === 'listen-screen' ? 'listen' : 'settings');
    };
    window.addEventListener('keydown', press);
    return () => window.removeEventListener('keydown', press);
  }, [studio]);

  return (
    <StudioContext value={studio}>
      <div className="studio">
        <Rail screen={screen} onScreen={setScreen} onKeys={() => setKeysShown(true)} />
        <div className="studio-screen">
          <Header />
          {screen === 'listen' ? <ListenScreen /> : <SettingsScreen />}
        </div>
      </div>
      <Announcement studio={studio} />
      <NoticeRegion />
      <KeysDialog isOpen={keysShown} onOpenChange={setKeysShown} />
    </StudioContext>
  );
}

/** Tells a screen reader what was heard, when it has time for it. */
function Announcement({ studio }: { studio: Studio }) {
  const heard = useStore(studio.heard);
  return (
    <div className="visually-hidden" aria-live="polite">
      {heard && (
        <span key={heard.id}>{strings.listen.announce(displayLabel(heard.label), formatPercent(heard.score))}</span>
      )}
    </div>
  );
}
