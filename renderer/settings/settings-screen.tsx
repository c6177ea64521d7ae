import { Radio, RadioGroup } from 'react-aria-components';
import type { Settings } from '../../src/engine/contract/schemas.ts';
import { MicrophonePicker } from '../frame/microphone-picker.tsx';
import { ImportButtons } from '../import/import-buttons.tsx';
import { useStore } from '../store.ts';
import { strings } from '../strings.ts';
import { useStudio } from '../studio/studio-context.ts';
import { DataSection } from './data-section.tsx';
import { ThresholdSection } from './threshold-section.tsx';
import './settings-screen.css';

const THEMES: readonly Settings['theme'][] = ['system', 'light', 'dark', 'contrast'];

/** The few things that hold for the whole program. */
export function SettingsScreen() {
  const studio = useStudio();
  const { theme } = useStore(studio.settings);
  const version = useStore(studio.version);
  const takeCount = (useStore(studio.words.listing)?.words ?? []).reduce((sum, each) => sum + each.takeCount, 0);
  const text = strings.settings;
  return (
    <main className="settings">
      <h1>{text.title}</h1>
      <section>
        <h2>{strings.microphone.label}</h2>
        <p>{text.microphoneHint}</p>
        <MicrophonePicker />
      </section>
      <section>
        <h2>{text.theme}</h2>
        <RadioGroup
          className="themes"
          aria-label={text.theme}
          orientation="horizontal"
          value={theme}
          onChange={(value) => studio.changeSettings({ theme: value as Settings['theme'] })}
        >
          {THEMES.map((each) => (
            <Radio key={each} value={each} className="theme">
              {text.themes[each]}
            </Radio>
          ))}
        </RadioGroup>
      </section>
      <ThresholdSection />
      <section>
        <h2>{text.recordings}</h2>
        <p>{text.recordingsHint}</p>
        <div className="settings-row">
          <ImportButtons canExport={takeCount > 0} />
        </div>
      </section>
      <section>
        <h2>{text.privacy}</h2>
        <p>{text.privacyText}</p>
      </section>
      <DataSection />
      {version !== '' && (
        <section>
          <h2>{text.about}</h2>
          <p>{text.version(version)}</p>
        </section>
      )}
    </main>
  );
}
