import { Input, Label, SearchField } from 'react-aria-components';
import { strings } from '../strings.ts';
import './find-word.css';

interface FindWordProps {
  readonly value: string;
  readonly onChange: (value: string) => void;
  /** Enter: open the first word that fits. */
  readonly onOpenFirst: () => void;
  readonly onClose: () => void;
}

/** A field that leaves only those words in sight that hold what is typed. */
export function FindWord({ value, onChange, onOpenFirst, onClose }: FindWordProps) {
  return (
    <SearchField
      className="find-word"
      value={value}
      autoFocus
      onChange={onChange}
      onSubmit={onOpenFirst}
      onBlur={() => value === '' && onClose()}
      onKeyDown={(event) => event.key === 'Escape' && onClose()}
    >
      <Label className="visually-hidden">{strings.words.find.label}</Label>
      <Input className="text-input" placeholder={strings.words.find.label} />
    </SearchField>
  );
}
