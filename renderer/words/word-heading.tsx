import { type FormEvent, useState } from 'react';
import { Button, FieldError, Form, Input, Label, TextField } from 'react-aria-components';
import type { WordSummary } from '../../src/engine/contract/words-schemas.ts';
import { asHeedError } from '../../src/errors.ts';
import { strings } from '../strings.ts';
import { useStudio } from '../studio/studio-context.ts';
import { wordName } from './word-name.ts';
import { WordMenu } from './word-menu.tsx';

interface WordHeadingProps {
  readonly word: WordSummary;
  readonly others: readonly WordSummary[];
  readonly onRenamed: (label: string) => void;
  readonly onGone: () => void;
}

/** The word's name and what can be done with the word as a whole. */
export function WordHeading({ word, others, onRenamed, onGone }: WordHeadingProps) {
  const { words, notices } = useStudio();
  const [isRenaming, setRenaming] = useState(false);
  const text = strings.words.word;
  const name = wordName(word.label);

  const change = (work: Promise<unknown>, done: string): void =>
    void work.then(
      () => {
        onGone();
        notices.show('words', done);
      },
      (error: unknown) => notices.show('words', asHeedError(error).message),
    );

  if (isRenaming) return <Rename label={word.label} onRenamed={onRenamed} onClose={() => setRenaming(false)} />;
  return (
    <div className="word-heading">
      <h1>{name}</h1>
      <span className="word-count">
        {strings.words.takes(word.takeCount)}
        {word.kind === 'word' && ` · ${strings.words.grid.missingLong(word.missingTakes)}`}
      </span>
      {word.kind === 'word' && (
        <>
          <Button className="button" onPress={() => setRenaming(true)}>
            {text.rename}
          </Button>
          {others.length > 0 && (
            <WordMenu
              name={text.merge}
              words={others}
              onChoose={(into) =>
                change(
                  words.change('words.merge', { label: word.label, into: into }),
                  text.merged(name, wordName(into)),
                )
              }
            />
          )}
          <Button
            className="button"
            onPress={() =>
              change(words.change('words.delete', { label: word.label }), text.deleted(name, word.takeCount))
            }
          >
            {text.delete}
          </Button>
        </>
      )}
    </div>
  );
}

interface RenameProps {
  readonly label: string;
  readonly onRenamed: (label: string) => void;
  readonly onClose: () => void;
}

function Rename({ label, onRenamed, onClose }: RenameProps) {
  const { words } = useStudio();
  const [name, setName] = useState(label);
  const [problem, setProblem] = useState<string>();

  async function rename(event: FormEvent): Promise<void> {
    event.preventDefault();
    try {
      const renamed = await words.change('words.rename', { label, name });
      onClose();
      onRenamed(renamed.label);
    } catch (error) {
      setProblem(asHeedError(error).message);
    }
  }

  return (
    <Form className="word-heading" onSubmit={(event) => void rename(event)}>
      <TextField
        className="new-word-field"
        value={name}
        autoFocus
        isInvalid={problem !== undefined}
        validationBehavior="aria"
        onChange={(value) => {
          setName(value);
          setProblem(undefined);
        }}
        onKeyDown={(event) => {
          if (event.key === 'Escape') onClose();
        }}
      >
        <Label className="visually-hidden">{strings.words.word.name}</Label>
        <Input className="text-input" />
        <FieldError className="field-problem">{problem}</FieldError>
      </TextField>
      <Button type="submit" className="button main">
        {strings.words.word.save}
      </Button>
      <Button className="button" onPress={onClose}>
        {strings.words.word.cancel}
      </Button>
    </Form>
  );
}
