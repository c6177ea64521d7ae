import { useState } from 'react';
import { Button, Checkbox, Disclosure, DisclosurePanel, Heading, Input, TextField } from 'react-aria-components';
import type { ImportItem } from '../../src/engine/contract/recordings-calls.ts';
import { asHeedError } from '../../src/errors.ts';
import { ChevronIcon, PlayIcon, StopIcon, WarningIcon } from '../frame/icons.tsx';
import { useStore } from '../store.ts';
import { strings } from '../strings.ts';
import { useStudio } from '../studio/studio-context.ts';
import { namelessGroups, wordCount, type ImportGroup } from './groups.ts';
import type { ImportState } from './importer.ts';
import './import-review.css';

/** Groups with more takes than this are closed at first. */
const OPEN_UP_TO = 12;

interface ImportReviewProps {
  readonly state: Extract<ImportState, { phase: 'review' }>;
  readonly onDone: () => void;
}

/** What would come in, by words, and what cannot; every take can be heard and left out. */
export function ImportReview({ state, onDone }: ImportReviewProps) {
  const { importer, notices } = useStudio();
  const { preview, groups, chosen, failure } = state;
  const nameless = namelessGroups(groups, chosen)[0];
  const text = strings.import;

  async function commit(): Promise<void> {
    const added = await importer.commit();
    if (added === undefined) return;
    notices.show('import', text.done(added));
    onDone();
  }

  return (
    <main className="import-review">
      <h1>{text.title}</h1>
      <p className="import-summary" role="status">
        {chosen.size === 0 ? text.nothing : text.summary(chosen.size, wordCount(groups, chosen))}
      </p>
      {preview.problems.length > 0 && (
        <section className="import-problems">
          <h2>
            <WarningIcon /> {text.unusable(preview.problems.length)}
          </h2>
          {/* It may scroll, so the arrow keys must reach it. */}
          <ul role="list" tabIndex={0} aria-label={text.unusableLabel}>
            {preview.problems.map(({ file, reason }, index) => (
              <li key={index}>
                <span className="import-file">{file}</span> <span>{reason}</span>
              </li>
            ))}
          </ul>
        </section>
      )}
      <div className="import-groups">
        {groups.map((group) => (
          <GroupOfTakes key={group.key} group={group} chosen={chosen} />
        ))}
      </div>
      <footer className="import-actions">
        {failure !== undefined && (
          <p className="import-failure" role="alert">
            {failure}
          </p>
        )}
        {nameless && failure === undefined && <p>{text.wordMissing(nameless.file ?? '')}</p>}
        <Button className="button" onPress={() => void importer.cancel()}>
          {text.cancel}
        </Button>
        <Button
          className="button main"
          autoFocus
          isDisabled={chosen.size === 0 || nameless !== undefined}
          onPress={() => void commit()}
        >
          {text.commit(chosen.size)}
        </Button>
      </footer>
    </main>
  );
}

interface GroupProps {
  readonly group: ImportGroup;
  readonly chosen: ReadonlySet<string>;
}

function GroupOfTakes({ group, chosen }: GroupProps) {
  const { importer } = useStudio();
  const [isOpen, setOpen] = useState(group.items.length <= OPEN_UP_TO);
  const { key, word, file, items } = group;
  const ids = items.map(({ id }) => id);
  const chosenCount = ids.filter((id) => chosen.has(id)).length;
  const text = strings.import;
  const name = word || (file ?? '');
  return (
    <Disclosure className="import-group" isExpanded={isOpen} onExpandedChange={setOpen}>
      <div className="import-group-head">
        <Checkbox
          className="check"
          aria-label={text.chooseGroup(name)}
          isSelected={chosenCount === ids.length}
          isIndeterminate={chosenCount > 0 && chosenCount < ids.length}
          onChange={(selected) => importer.choose(ids, selected)}
        >
          <span className="check-box" aria-hidden="true" />
        </Checkbox>
        <TextField
          className="import-word"
          aria-label={file === undefined ? text.wordOf : text.whichWord(file)}
          value={word}
          onChange={(value) => importer.nameGroup(key, value)}
        >
          <Input placeholder={file === undefined ? undefined : text.whichWord(file)} maxLength={64} />
        </TextField>
        <Heading level={2} className="import-group-count">
          <Button slot="trigger" className="import-toggle">
            <ChevronIcon />
            {text.groupCount(chosenCount, ids.length)}
          </Button>
        </Heading>
      </div>
      <DisclosurePanel>
        <ul role="list" className="import-items">
          {isOpen && items.map((item) => <Item key={item.id} item={item} isChosen={chosen.has(item.id)} />)}
        </ul>
      </DisclosurePanel>
    </Disclosure>
  );
}

function Item({ item, isChosen }: { readonly item: ImportItem; readonly isChosen: boolean }) {
  const { importer, player, notices } = useStudio();
  const isPlaying = useStore(player.playing) === `import ${item.id}`;
  const text = strings.import;
  const [from, to] = [item.startMs, item.endMs].map((ms) => (ms / 1000).toFixed(1)) as [string, string];

  async function play(): Promise<void> {
    if (isPlaying) return player.stop();
    try {
      const { samples, sampleRateHz } = await importer.sound(item.id);
      await player.play(`import ${item.id}`, samples, sampleRateHz);
    } catch (error) {
      notices.show('error', asHeedError(error).message);
    }
  }

  return (
    <li className="import-item">
      <Checkbox
        className="check"
        aria-label={text.chooseItem(item.file, from)}
        isSelected={isChosen}
        onChange={(selected) => importer.choose([item.id], selected)}
      >
        <span className="check-box" aria-hidden="true" />
      </Checkbox>
      <Button
        className="import-play"
        aria-label={isPlaying ? text.stop(item.file, from) : text.play(item.file, from)}
        onPress={() => void play()}
      >
        {isPlaying ? <StopIcon /> : <PlayIcon />}
      </Button>
      <span className="import-file">{item.file}</span>
      <span className="import-span">{text.span(from, to)}</span>
      {item.warnings.length > 0 && (
        <span className="import-warning">
          <WarningIcon /> {item.warnings.join(' ')}
        </span>
      )}
    </li>
  );
}
