import { Button } from 'react-aria-components';
import { isAwake } from '../capture/state.ts';
import { useStore } from '../store.ts';
import { strings } from '../strings.ts';
import { useStudio } from '../studio/studio-context.ts';
import { MicrophoneIcon, StopIcon } from './icons.tsx';
import { LevelMeter } from './level-meter.tsx';
import { MicrophonePicker } from './microphone-picker.tsx';
import { statusText } from './status.ts';
import './header.css';

/** Whether Heed listens, through what, how loud it is, and the one button that changes it. */
export function Header() {
  const { listener } = useStudio();
  const state = useStore(listener.state);
  const awake = isAwake(state);
  return (
    <header className="header" data-phase={state.phase}>
      <span className="header-status" data-testid="status" role="status">
        {statusText(state)}
      </span>
      <span className="header-dot" aria-hidden="true">
        ·
      </span>
      <MicrophonePicker />
      <div className="header-gap" />
      <LevelMeter />
      <Button
        className={awake ? 'button' : 'button main'}
        aria-label={awake ? strings.header.stop : strings.header.start}
        onPress={() => listener.toggle()}
      >
        {awake ? <StopIcon /> : <MicrophoneIcon />}
        {awake ? strings.header.stopShort : strings.header.startShort}
      </Button>
    </header>
  );
}
