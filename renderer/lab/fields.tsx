import {
  Button,
  Checkbox,
  CheckboxGroup,
  FileTrigger,
  Input,
  Label,
  NumberField,
  Radio,
  RadioGroup,
} from 'react-aria-components';
import type { CellName } from '../../src/engine/contract/studio-lab-schemas.ts';
import { filesOfInput } from '../import/picked-files.ts';
import { useStore } from '../store.ts';
import { strings } from '../strings.ts';
import { useStudio } from '../studio/studio-context.ts';
import { CELLS, type ClipSource } from './lab-settings.ts';

interface WholeFieldProps {
  readonly label: string;
  readonly value: number;
  readonly range: readonly [number, number];
  readonly onChange: (value: number) => void;
}

/** A whole number with its name above it. */
export function WholeField({ label, value, range, onChange }: WholeFieldProps) {
  return (
    <NumberField
      className="lab-field"
      value={value}
      minValue={range[0]}
      maxValue={range[1]}
      step={1}
      formatOptions={{ useGrouping: false }}
      onChange={(entered) => onChange(Number.isNaN(entered) ? value : entered)}
    >
      <Label>{label}</Label>
      <Input className="setting-input" />
    </NumberField>
  );
}

interface ChoiceFieldProps<Key extends string> {
  readonly label: string;
  readonly options: Readonly<Record<Key, string>>;
  readonly value: Key;
  readonly onChange: (value: Key) => void;
}

/** One of a few, with its name above them. */
export function ChoiceField<Key extends string>({ label, options, value, onChange }: ChoiceFieldProps<Key>) {
  return (
    <RadioGroup className="lab-field" orientation="horizontal" value={value} onChange={(key) => onChange(key as Key)}>
      <Label>{label}</Label>
      <div className="setting-options">
        {(Object.keys(options) as Key[]).map((key) => (
          <Radio key={key} value={key} className="theme">
            {options[key]}
          </Radio>
        ))}
      </div>
    </RadioGroup>
  );
}

/** Some of the cells, one at the least. */
export function CellsField({ value, onChange }: { value: readonly CellName[]; onChange: (value: CellName[]) => void }) {
  return (
    <CheckboxGroup
      className="lab-field"
      value={[...value]}
      onChange={(chosen) => chosen.length > 0 && onChange(CELLS.filter((cell) => chosen.includes(cell)))}
    >
      <Label>{strings.lab.compare.cells}</Label>
      <div className="lab-checks">
        {CELLS.map((cell) => (
          <Checkbox key={cell} value={cell} className="check">
            <span className="check-box" aria-hidden="true" />
            {strings.lab.cells[cell]}
          </Checkbox>
        ))}
      </div>
    </CheckboxGroup>
  );
}

/** What is learned from: the user's words, or a folder. */
export function ClipsField() {
  const { lab } = useStudio();
  const { clips } = useStore(lab.settings);
  const folder = useStore(lab.clipFolder);
  const text = strings.lab.clips;
  return (
    <div className="lab-clips">
      <ChoiceField
        label={text.label}
        options={text.options}
        value={clips}
        onChange={(chosen: ClipSource) => lab.change({ clips: chosen })}
      />
      {clips === 'words' ? (
        <p className="lab-hint">{text.wordsHint}</p>
      ) : (
        <>
          <FileTrigger acceptDirectory onSelect={(files) => void lab.takeFolder(filesOfInput(files))}>
            <Button className="button">{text.choose}</Button>
          </FileTrigger>
          <p className="lab-hint" role="status">
            {folder === undefined
              ? text.folderHint
              : folder.done < folder.count
                ? text.copying(folder.done, folder.count)
                : text.chosen(folder.name, folder.count, folder.leftOut)}
          </p>
        </>
      )}
    </div>
  );
}
