import { type KeyboardEvent, useRef, useState } from 'react';
import { displayLabel } from '../format.ts';
import { useStore } from '../store.ts';
import { strings } from '../strings.ts';
import { useStudio } from '../studio/studio-context.ts';
import type { MatrixLayout } from './matrix-layout.ts';
import './matrix-view.css';

const MOVES: Readonly<Record<string, readonly [rows: number, columns: number]>> = {
  ArrowUp: [-1, 0],
  ArrowDown: [1, 0],
  ArrowLeft: [0, -1],
  ArrowRight: [0, 1],
};

/** What was recorded, against what was heard. One stop of the Tab key, arrow keys within; a word's name is column 0. */
export function MatrixView({ layout }: { layout: MatrixLayout }) {
  const { understand } = useStudio();
  const selection = useStore(understand.selection);
  const [[row, column], setPlace] = useState<readonly [number, number]>([0, 0]);
  const table = useRef<HTMLTableElement>(null);
  const text = strings.understand.matrix;
  const place = [Math.min(row, layout.rows.length - 1), Math.min(column, layout.columns.length)] as const;

  function move(event: KeyboardEvent): void {
    const by = MOVES[event.key];
    if (!by) return;
    event.preventDefault();
    const next = [
      Math.max(0, Math.min(layout.rows.length - 1, place[0] + by[0])),
      Math.max(0, Math.min(layout.columns.length, place[1] + by[1])),
    ] as const;
    setPlace(next);
    table.current?.querySelector<HTMLElement>(`[data-place="${next[0]} ${next[1]}"]`)?.focus();
  }
  const stop = (at: readonly [number, number]) => ({
    'data-place': `${at[0]} ${at[1]}`,
    tabIndex: at[0] === place[0] && at[1] === place[1] ? 0 : -1,
    onFocus: () => setPlace(at),
  });

  return (
    <table ref={table} className="matrix" aria-label={text.label} onKeyDown={move}>
      <thead>
        <tr>
          <td className="matrix-corner">{text.corner}</td>
          {layout.columns.map((answer) => (
            <th key={answer} scope="col">
              <span>{displayLabel(answer)}</span>
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {layout.rows.map(({ word, cells }, r) => (
          <tr key={word}>
            <th scope="row">
              <button
                type="button"
                {...stop([r, 0])}
                aria-label={text.row(displayLabel(word))}
                aria-pressed={selection?.word === word && selection.answer === undefined}
                onClick={() => understand.selection.set({ word, answer: undefined })}
              >
                {displayLabel(word)}
              </button>
            </th>
            {cells.map(({ answer, count, share, isRight }, c) => (
              <td key={answer} data-right={isRight || undefined}>
                <button
                  type="button"
                  {...stop([r, c + 1])}
                  aria-label={text.cell(displayLabel(word), displayLabel(answer), count)}
                  aria-pressed={selection?.word === word && selection.answer === answer}
                  data-empty={count === 0 || undefined}
                  style={{ '--share': share } as React.CSSProperties}
                  onClick={() => understand.selection.set({ word, answer })}
                >
                  {count === 0 ? '·' : count}
                </button>
              </td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
}
