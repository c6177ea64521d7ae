import { type ReactNode, useId } from 'react';

interface FiguresTableProps {
  readonly caption: string;
  readonly columns: readonly string[];
  /** Each row's key, and its cells; the first is its head. */
  readonly rows: readonly { readonly key: string; readonly cells: readonly ReactNode[] }[];
}

/** A table of results, always open; where it is wider than its room it scrolls there. */
export function FiguresTable({ caption, columns, rows }: FiguresTableProps) {
  const name = useId();
  return (
    <div className="lab-table" role="region" aria-labelledby={name} tabIndex={0}>
      <p id={name} className="lab-caption">
        {caption}
      </p>
      <table className="lab-figures" aria-labelledby={name}>
        <thead>
          <tr>
            {columns.map((column, index) => (
              <th key={index} scope="col">
                {column}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map(({ key, cells: [head, ...cells] }) => (
            <tr key={key}>
              <th scope="row">{head}</th>
              {cells.map((cell, index) => (
                <td key={index}>{cell}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
