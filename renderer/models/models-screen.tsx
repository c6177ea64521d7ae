import { useEffect, useState } from 'react';
import { ListBox, ListBoxItem } from 'react-aria-components';
import type { InstalledModel } from '../../src/engine/contract/models-calls.ts';
import { formatDay, formatBytes, formatShare } from './figures.ts';
import { WarningIcon } from '../frame/icons.tsx';
import { useStore } from '../store.ts';
import { strings } from '../strings.ts';
import { useStudio } from '../studio/studio-context.ts';
import { ModelDetail } from './model-detail.tsx';
import { ModelImport } from './model-import.tsx';
import './models-screen.css';

/** Every model that is there: which one listens, what each can do, and what can be done with it. */
export function ModelsScreen() {
  const { shelf } = useStudio();
  const listing = useStore(shelf.listing);
  const [chosenId, setChosenId] = useState<string>();
  useEffect(() => shelf.reload(), [shelf]);
  if (!listing) return <main className="models" />;
  const chosen =
    listing.models.find(({ id }) => id === chosenId) ??
    listing.models.find(({ id }) => id === listing.inUse) ??
    listing.models[0];
  return (
    <main className="models">
      <section className="models-side">
        <h1>{strings.models.title}</h1>
        <ListBox
          className="models-list"
          aria-label={strings.models.list}
          selectionMode="single"
          disallowEmptySelection
          selectedKeys={chosen ? [chosen.id] : []}
          onSelectionChange={(keys) => setChosenId([...(keys as Set<string>)][0])}
        >
          {listing.models.map((model) => (
            <ListBoxItem key={model.id} id={model.id} className="models-entry" textValue={model.name}>
              <ModelEntry model={model} isInUse={model.id === listing.inUse} />
            </ListBoxItem>
          ))}
        </ListBox>
        {listing.unusable.length > 0 && (
          <div className="models-unusable">
            <p>
              <WarningIcon />
              {strings.models.unusable(listing.unusable.length)}
            </p>
            <ul>
              {listing.unusable.map(({ file, reason }) => (
                <li key={file}>{reason}</li>
              ))}
            </ul>
          </div>
        )}
        <ModelImport onImported={setChosenId} />
      </section>
      {chosen && (
        <ModelDetail
          key={chosen.id}
          model={chosen}
          others={listing.models.filter(({ id }) => id !== chosen.id)}
          isInUse={chosen.id === listing.inUse}
          onChosen={setChosenId}
        />
      )}
    </main>
  );
}

function ModelEntry({ model, isInUse }: { readonly model: InstalledModel; readonly isInUse: boolean }) {
  const text = strings.models;
  const words = model.labels.filter((label) => !label.startsWith('_')).length;
  const [score] = model.scores;
  return (
    <>
      <span className="models-name">{model.name}</span>
      {isInUse && <span className="models-in-use">{text.inUse}</span>}
      <span className="models-facts">
        {text.wordCount(words)} · {formatBytes(model.bytes)} ·{' '}
        {model.shipped ? text.shipped : text.madeOn(formatDay(model.modifiedAt))}
      </span>
      <span className="models-facts">
        {score ? text.score(formatShare(score.accuracy), score.clipCount) : text.noScore}
      </span>
    </>
  );
}
