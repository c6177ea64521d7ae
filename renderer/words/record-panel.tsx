import { Button, Radio, RadioGroup } from 'react-aria-components';
import type { WordSummary } from '../../src/engine/contract/words-schemas.ts';
import { MicrophoneIcon, StopIcon, WarningIcon } from '../frame/icons.tsx';
import { useStore } from '../store.ts';
import { strings } from '../strings.ts';
import { useStudio } from '../studio/studio-context.ts';
import { guideSentence } from './guide.ts';
import { LevelTraceView } from './level-trace-view.tsx';
import type { RecordMode, RecorderState } from './recorder.ts';
import { TimeRing } from './time-ring.tsx';
import { BACKGROUND } from './word-name.ts';
import './record-panel.css';

const MODES: readonly RecordMode[] = ['automatic', 'countdown', 'held'];

interface RecordPanelProps {
  readonly word: WordSummary;
  readonly state: RecorderState;
  readonly isRecording: boolean;
  readonly onToggle: () => void;
}

/** The record light: what to do next, the level as it comes, the time left, and how takes begin. */
export function RecordPanel({ word, state, isRecording, onToggle }: RecordPanelProps) {
  const studio = useStudio();
  const { recorder } = studio;
  const { recordMode } = useStore(studio.settings);
  const text = strings.words.recording;
  return (
    <section className="record" data-phase={state.phase} data-on={isRecording || undefined}>
      <TimeRing state={state} isBackground={word.label === BACKGROUND} />
      <div className="record-middle">
        <p className="record-guide" role="status" data-testid="guide">
          {state.phase === 'problem' && <WarningIcon />}
          {guideSentence(word, state)}
        </p>
        {isRecording ? (
          <LevelTraceView />
        ) : (
          word.label !== BACKGROUND && (
            <RadioGroup
              className="modes"
              aria-label={text.mode}
              orientation="horizontal"
              value={recordMode}
              onChange={(value) => studio.changeSettings({ recordMode: value as RecordMode })}
            >
              {MODES.map((mode) => (
                <Radio key={mode} value={mode} className="mode">
                  {text.modes[mode]}
                </Radio>
              ))}
            </RadioGroup>
          )
        )}
      </div>
      {recordMode === 'held' && ['ready', 'speaking'].includes(state.phase) && (
        <Button
          className="button"
          data-held={state.phase === 'speaking' || undefined}
          onPressStart={() => recorder.hold()}
          onPressEnd={() => recorder.release()}
        >
          {text.hold}
        </Button>
      )}
      <Button className={isRecording ? 'button' : 'button main'} onPress={onToggle}>
        {isRecording ? <StopIcon /> : <MicrophoneIcon />}
        {isRecording ? text.stop : state.phase === 'problem' ? text.again : text.start}
      </Button>
    </section>
  );
}
