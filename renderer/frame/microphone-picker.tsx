import { Button, ListBox, ListBoxItem, Popover, Select, SelectValue } from 'react-aria-components';
import { microphoneChoices } from '../capture/devices.ts';
import { useStore } from '../store.ts';
import { strings } from '../strings.ts';
import { useStudio } from '../studio/studio-context.ts';
import { ChevronIcon } from './icons.tsx';
import './microphone-picker.css';

/** The system's default has an empty id, which cannot be a key of a list. */
const keyOf = (id: string): string => `microphone:${id}`;

/** Chooses the microphone; what listens goes on with the new one. */
export function MicrophonePicker() {
  const studio = useStudio();
  const { microphoneId } = useStore(studio.settings);
  const choices = microphoneChoices(useStore(studio.devices));
  const shown = choices.some((choice) => choice.id === microphoneId)
    ? choices
    : [...choices, { id: microphoneId, name: strings.microphone.notConnected }];
  return (
    <Select
      className="microphone-picker"
      aria-label={strings.microphone.label}
      value={keyOf(microphoneId)}
      onChange={(key) => {
        const chosen = shown.find((choice) => keyOf(choice.id) === key);
        if (chosen) studio.changeSettings({ microphoneId: chosen.id });
      }}
    >
      <Button className="microphone-button">
        <SelectValue className="microphone-name" />
        <ChevronIcon />
      </Button>
      <Popover className="microphone-popover">
        <ListBox items={shown}>
          {(choice) => (
            <ListBoxItem id={keyOf(choice.id)} className="microphone-choice" textValue={choice.name}>
              {choice.name}
            </ListBoxItem>
          )}
        </ListBox>
      </Popover>
    </Select>
  );
}
