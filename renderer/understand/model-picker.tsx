import { Button, ListBox, ListBoxItem, Popover, Select, SelectValue } from 'react-aria-components';
import { ChevronIcon } from '../frame/icons.tsx';
import { useStore } from '../store.ts';
import { strings } from '../strings.ts';
import { useStudio } from '../studio/studio-context.ts';

/** Chooses the model that is looked into; the one that listens stays the same. */
export function ModelPicker({ modelId }: { modelId: string }) {
  const { understand } = useStudio();
  const models = useStore(understand.models);
  return (
    <Select
      className="microphone-picker"
      aria-label={strings.understand.model}
      value={modelId}
      onChange={(key) => understand.show({ modelId: String(key) })}
    >
      <Button className="microphone-button">
        <SelectValue className="microphone-name" />
        <ChevronIcon />
      </Button>
      <Popover className="microphone-popover">
        <ListBox items={models.map((id) => ({ id }))}>
          {({ id }) => (
            <ListBoxItem id={id} className="microphone-choice" textValue={id}>
              {id}
            </ListBoxItem>
          )}
        </ListBox>
      </Popover>
    </Select>
  );
}
