import { useEffect, useState } from 'react';
import { Button, ListBox, ListBoxItem, Popover, Select, SelectValue } from 'react-aria-components';
import type { InstalledModel, ModelComparison } from '../../src/engine/contract/models-calls.ts';
import { asHeedError } from '../../src/errors.ts';
import { displayLabel } from '../format.ts';
import { ChevronIcon } from '../frame/icons.tsx';
import { strings } from '../strings.ts';
import { useStudio } from '../studio/studio-context.ts';
import { formatShare } from './figures.ts';

interface ModelComparisonProps {
  readonly model: InstalledModel;
  readonly others: readonly InstalledModel[];
}

/** Tries this model and another on the user's takes, and shows what each got right, word by word. */
export function ModelComparisonView({ model, others }: ModelComparisonProps) {
  const { shelf } = useStudio();
  const [otherId, setOtherId] = useState<string>();
  const [isRunning, setRunning] = useState(false);
  const [result, setResult] = useState<ModelComparison>();
  const [failure, setFailure] = useState<string>();
  const text = strings.models;
  const other = others.find(({ id }) => id === otherId) ?? others[0];

  // A comparison that nobody looks at any more need not go on.
  useEffect(() => () => shelf.stopComparing(), [shelf]);

  async function compare(with_: InstalledModel): Promise<void> {
    setRunning(true);
    setFailure(undefined);
    setResult(undefined);
    try {
      setResult(await shelf.compare([model.id, with_.id]));
    } catch (error) {
      const { code, message } = asHeedError(error);
      if (code !== 'cancelled') setFailure(message);
    } finally {
      setRunning(false);
    }
  }

  return (
    <section className="comparison">
      <h3>{text.compare}</h3>
      {other === undefined ? (
        <p>{text.noOther}</p>
      ) : (
        <>
          <p>{text.compareHint}</p>
          <div className="model-actions">
            <span>
              {model.name} {text.compareWith}
            </span>
            <Select
              aria-label={text.compareWith}
              value={other.id}
              onChange={(key) => setOtherId(String(key))}
              className="comparison-other"
            >
              <Button className="button">
                <SelectValue /> <ChevronIcon />
              </Button>
              <Popover className="microphone-popover">
                <ListBox items={others}>
                  {(each) => (
                    <ListBoxItem id={each.id} className="microphone-choice" textValue={each.name}>
                      {each.name}
                    </ListBoxItem>
                  )}
                </ListBox>
              </Popover>
            </Select>
            {isRunning ? (
              <Button className="button" onPress={() => shelf.stopComparing()}>
                {text.cancel}
              </Button>
            ) : (
              <Button className="button" onPress={() => void compare(other)}>
                {text.compareNow}
              </Button>
            )}
            {isRunning && <ComparisonProgress />}
          </div>
        </>
      )}
      {failure !== undefined && (
        <p className="model-refusal" role="alert">
          {failure}
        </p>
      )}
      {result && <ComparisonTable result={result} />}
    </section>
  );
}

function ComparisonProgress() {
  const { shelf } = useStudio();
  const [{ done, total }, setProgress] = useState({ done: 0, total: 0 });
  useEffect(() => shelf.onCompareProgress(setProgress), [shelf]);
  return <span role="status">{total > 0 && strings.models.comparing(done, total)}</span>;
}

function ComparisonTable({ result }: { readonly result: ModelComparison }) {
  const text = strings.models;
  const cell = (right: number, all: number, known: boolean): string =>
    known ? `${formatShare(right / Math.max(1, all))} · ${text.rightOf(right, all)}` : text.unknownWord;
  return (
    <>
      <table className="figures">
        <caption>{text.compared(result.takeCount)}</caption>
        <thead>
          <tr>
            <th scope="col">{text.word}</th>
            {result.modelIds.map((id) => (
              <th scope="col" key={id}>
                {id}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {result.words.map(({ label, takeCount, right, known }) => (
            <tr key={label}>
              <th scope="row">{displayLabel(label)}</th>
              <td data-better={right[0] > right[1]}>{cell(right[0], takeCount, known[0])}</td>
              <td data-better={right[1] > right[0]}>{cell(right[1], takeCount, known[1])}</td>
            </tr>
          ))}
        </tbody>
        <tfoot>
          <tr>
            <th scope="row">{text.overall}</th>
            <td data-better={result.right[0] > result.right[1]}>{cell(result.right[0], result.takeCount, true)}</td>
            <td data-better={result.right[1] > result.right[0]}>{cell(result.right[1], result.takeCount, true)}</td>
          </tr>
        </tfoot>
      </table>
      {result.skipped.length > 0 && <p>{text.skipped(result.skipped.length)}</p>}
    </>
  );
}
