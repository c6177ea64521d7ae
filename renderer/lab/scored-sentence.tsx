import type { LabResultOf } from '../../src/engine/contract/studio-lab-schemas.ts';
import { ChartTable } from '../charts/chart-table.tsx';
import { formatPercent, formatShare } from '../format.ts';
import { strings } from '../strings.ts';

const text = strings.lab.examples;

/** A sentence word by word: above each the verdict so far, below it how open the update gate was. */
export function ScoredSentence({ words }: { readonly words: LabResultOf<'sentence'>['words'] }) {
  return (
    <>
      <ol className="scored" aria-label={text.words}>
        {words.map(({ word, known, score, updateGate }, index) => (
          <li key={index}>
            <span className="scored-verdict" aria-hidden="true">
              <span style={{ width: `${100 * score}%` }} />
            </span>
            <span className="scored-score">{formatPercent(score)}</span>
            <span className="scored-word" data-known={known}>
              {word}
            </span>
            {!known && <span className="scored-unknown">{text.unknown}</span>}
            <span className="scored-gate" aria-hidden="true">
              <span style={{ height: `${100 * updateGate}%` }} />
            </span>
            <span className="scored-number">
              <span className="visually-hidden">{text.gate('')}</span>
              {updateGate.toFixed(2)}
            </span>
          </li>
        ))}
      </ol>
      <p className="lab-hint">{text.wordsHint}</p>
      <div className="lab-table">
        <ChartTable
          title={strings.lab.asTable(text.words)}
          columns={text.wordColumns}
          rows={words.map(({ word, score, updateGate }, index) => [
            index + 1,
            word,
            formatShare(score),
            updateGate.toFixed(3),
          ])}
        />
      </div>
    </>
  );
}
