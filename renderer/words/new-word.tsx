import { type FormEvent, useState } from 'react';
import { Button, FieldError, Form, Input, Label, TextField } from 'react-aria-components';
import { asHeedError } from '../../src/errors.ts';
import { strings } from '../strings.ts';
import { useStudio } from '../studio/studio-context.ts';
import './new-word.css';

/** A field for a new word; what is wrong with it stands below it. */
export function NewWord({ autoFocus = false, onAdded }: { autoFocus?: boolean; onAdded?: (label: string) => void }) {
  const { words } = useStudio();
  const [name, setName] = useState('');
  const [problem, setProblem] = useState<string>();

  async function add(event: FormEvent): Promise<void> {
    event.preventDefault();
    if (name.trim() === '') return;
    try {
      const { label } = await words.change('words.add', { name });
      setName('');
      onAdded?.(label);
    } catch (error) {
      setProblem(asHeedError(error).message);
    }
  }

  return (
    <Form className="new-word" onSubmit={(event) => void add(event)}>
      <TextField
        className="new-word-field"
        value={name}
        autoFocus={autoFocus}
        isInvalid={problem !== undefined}
        validationBehavior="aria"
        onChange={(value) => {
          setName(value);
          setProblem(undefined);
        }}
      >
        <Label className="visually-hidden">{strings.words.add.label}</Label>
        <Input className="text-input" placeholder={strings.words.add.placeholder} />
        <FieldError className="field-problem">{problem}</FieldError>
      </TextField>
      <Button type="submit" className="button">
        {strings.words.add.button}
      </Button>
    </Form>
  );
}
