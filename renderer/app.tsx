import { Suspense, useCallback, useDeferredValue, useEffect, useState } from 'react';
import { watchDevices } from './capture/devices.ts';
import { displayLabel, formatPercent } from './format.ts';
import { Header } from './frame/header.tsx';
import { keyCommand, keyFocus } from './frame/keys.ts';
import { KeysDialog } from './frame/keys-dialog.tsx';
import { NoticeRegion } from './frame/notice-region.tsx';
import { Rail } from './frame/rail.tsx';
import { statusText } from './frame/status.ts';
import { DropTarget } from './import/drop-target.tsx';
import { TransferView } from './import/transfer-view.tsx';
import { loadScreens, SCREEN_COMPONENTS } from './screen-components.ts';
import type { Screen } from './screens.ts';
import { useStore } from './store.ts';
import { strings } from './strings.ts';
import type { Studio } from './studio/studio.ts';
import { StudioContext } from './studio/studio-context.ts';
import './app.css';

/** The frame around every screen: rail, header, messages, keys. */
export function App({ studio }: { studio: Studio }) {
  const [screen, setScreen] = useState<Screen>('listen');
  const [keysShown, setKeysShown] = useState(false);
  const showLab = useCallback(() => setScreen('lab'), []);
  const state = useStore(studio.listener.state);
  const { theme } = useStore(studio.settings);

  useEffect(loadScreens, []);

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
      // There, Space records.
      if (command === 'toggle-listening' && screen === 'words') return;
      event.preventDefault();
      if (command === 'toggle-listening') studio.listener.toggle();
      else if (command === 'keys') setKeysShown(true);
      else if (command === 'undo') void studio.undo();
      else if (command === 'find-word') {
        studio.sought.set('');
        setScreen('words');
      } else setScreen(command.screen);
    };
    window.addEventListener('keydown', press);
    return () => window.removeEventListener('keydown', press);
  }, [studio, screen]);

  // Recordings that come in or go out take the screen's place until they are done.
  const isImporting = useStore(studio.importer.state).phase !== 'idle';
  const isExporting = useStore(studio.exporter.state) !== undefined;
  // The rail answers a key at once; a screen of many parts follows as soon as it is made, and other keys come first.
  const shown = useDeferredValue(screen);
  const ScreenComponent = isImporting || isExporting ? TransferView : SCREEN_COMPONENTS[shown];
  return (
    <StudioContext value={studio}>
      <div className="studio">
        <Rail screen={screen} onScreen={setScreen} onKeys={() => setKeysShown(true)} />
        <div className="studio-screen">
          <Header />
          <Suspense>
            <ScreenComponent onScreen={setScreen} />
          </Suspense>
        </div>
      </div>
      <Announcement studio={studio} />
      <NoticeRegion />
      <DropTarget onResults={showLab} />
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
