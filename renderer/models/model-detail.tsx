import { useEffect, useState } from 'react';
import { Button, Input, TextField } from 'react-aria-components';
import type { InstalledModel, ModelCard } from '../../src/engine/contract/models-calls.ts';
import { asHeedError } from '../../src/errors.ts';
import { strings } from '../strings.ts';
import { useStudio } from '../studio/studio-context.ts';
import { ModelCardView } from './model-card.tsx';
import { ModelComparisonView } from './model-comparison.tsx';
import { ModelExport } from './model-export.tsx';
import './model-detail.css';

interface ModelDetailProps {
  readonly model: InstalledModel;
  readonly others: readonly InstalledModel[];
  readonly isInUse: boolean;
  readonly onChosen: (modelId: string) => void;
}

/** One model: what can be done with it, its card, and how it compares with another. */
export function ModelDetail({ model, others, isInUse, onChosen }: ModelDetailProps) {
  const studio = useStudio();
  const { shelf, notices } = studio;
  const [name, setName] = useState<string>();
  const [isExporting, setExporting] = useState(false);
  const [failure, setFailure] = useState<string>();
  const [card, setCard] = useState<ModelCard>();
  const text = strings.models;

  useEffect(() => {
    let isGone = false;
    shelf.card(model.id).then(
      (found) => !isGone && setCard(found),
      (error: unknown) => !isGone && setFailure(asHeedError(error).message),
    );
    return () => void (isGone = true);
  }, [shelf, model.id, model.modifiedAt]);

  async function attempt(work: () => Promise<void>): Promise<void> {
    setFailure(undefined);
    try {
      await work();
    } catch (error) {
      setFailure(asHeedError(error).message);
    }
  }
  const use = (): Promise<void> =>
    attempt(async () => {
      await studio.useModel(model.id);
      notices.show('models', text.used(model.name));
    });
  const duplicate = (): Promise<void> =>
    attempt(async () => {
      const copy = await shelf.duplicate(model.id);
      notices.show('models', text.duplicated(copy));
      onChosen(copy);
    });
  const remove = (): Promise<void> =>
    attempt(async () => {
      await shelf.remove(model.id);
      notices.show('models', text.deleted(model.name));
    });
  const rename = (to: string): Promise<void> =>
    attempt(async () => {
      const id = await shelf.rename(model.id, to);
      setName(undefined);
      onChosen(id);
    });

  return (
    <article className="model" aria-label={model.name}>
      <header className="model-head">
        {name === undefined ? (
          <h2>{model.name}</h2>
        ) : (
          <form
            className="model-rename"
            onSubmit={(event) => {
              event.preventDefault();
              void rename(name);
            }}
          >
            <TextField
              aria-label={text.newName}
              value={name}
              onChange={setName}
              autoFocus
              onKeyDown={(event) => event.key === 'Escape' && setName(undefined)}
            >
              <Input className="field" maxLength={64} />
            </TextField>
            <Button type="submit" className="button main">
              {text.saveName}
            </Button>
            <Button className="button" onPress={() => setName(undefined)}>
              {text.cancel}
            </Button>
          </form>
        )}
        <p className="model-origin">
          {isInUse && <strong className="models-in-use">{text.inUse}</strong>} {model.shipped ? text.shipped : text.own}
        </p>
      </header>
      <div className="model-actions">
        {!isInUse && (
          <Button className="button main" onPress={() => void use()}>
            {text.use}
          </Button>
        )}
        {!model.shipped && (
          <Button className="button" onPress={() => setName(model.name)}>
            {text.rename}
          </Button>
        )}
        <Button className="button" onPress={() => void duplicate()}>
          {text.duplicate}
        </Button>
        <Button className="button" aria-expanded={isExporting} onPress={() => setExporting(!isExporting)}>
          {text.export}
        </Button>
        {!model.shipped && !isInUse && (
          <Button className="button" onPress={() => void remove()}>
            {text.delete}
          </Button>
        )}
      </div>
      {failure !== undefined && (
        <p className="model-refusal" role="alert">
          {failure}
        </p>
      )}
      {isExporting && <ModelExport modelId={model.id} onDone={() => setExporting(false)} />}
      {card && <ModelCardView card={card} />}
      <ModelComparisonView model={model} others={others} />
    </article>
  );
}
