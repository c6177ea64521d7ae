import type { ReactNode } from 'react';
import { Button, Disclosure, DisclosurePanel } from 'react-aria-components';
import { ChevronIcon } from '../frame/icons.tsx';
import './chart-table.css';

interface ChartTableProps {
  /** What opens it: "The curve as a table". */
  readonly title: string;
  /** Its heads; the first stands over the rows' own. */
  readonly columns: readonly string[];
  /** Each row's head, which no other row has, and its cells. */
  readonly rows: readonly (readonly [head: string | number, ...cells: ReactNode[]])[];
}

/** The numbers behind a chart, for who wants to read them or cannot see it; shut until it is asked for. */
export function ChartTable({ title, columns, rows }: ChartTableProps) {
  return (
    <Disclosure className="disclosure">
      <Button slot="trigger" className="disclosure-button">
        <ChevronIcon />
        {title}
      </Button>
      <DisclosurePanel>
        <table className="chart-table">
          <thead>
            <tr>
              {columns.map((column) => (
                <th key={column} scope="col">
                  {column}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {rows.map(([head, ...cells]) => (
              <tr key={head}>
                <th scope="row">{head}</th>
                {cells.map((cell, index) => (
                  <td key={columns[index + 1]}>{cell}</td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </DisclosurePanel>
    </Disclosure>
  );
}
