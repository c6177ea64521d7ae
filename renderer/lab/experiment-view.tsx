import type { LabResultOf } from '../../src/engine/contract/studio-lab-schemas.ts';
import { FiguresTable } from './figures-table.tsx';
import { PlotSection } from './plot-section.tsx';

type Experiment = LabResultOf<'weather'>['experiment'];

/** What a worked example came to: what it found, its table, its chart. */
export function ExperimentView({ result: { experiment } }: { readonly result: LabResultOf<'weather'> }) {
  const { title, columns, rows, findings, plot } = experiment;
  return (
    <>
      {findings.map((finding) => (
        <p key={finding} className="lab-finding">
          {finding}
        </p>
      ))}
      <FiguresTable
        caption={title}
        columns={['', ...columns.map(({ label }) => label)]}
        rows={rows.map(({ name, figures, remark }) => ({
          key: name,
          cells: [
            remark === undefined ? name : `${name} (${remark})`,
            ...columns.map((column) => figureText(figures[column.key], column)),
          ],
        }))}
      />
      <PlotSection plot={plot} finding={plot.description} />
    </>
  );
}

/** A figure with its unit; a dash where there is none. */
export function figureText(
  value: number | null | undefined,
  { unit, decimals }: Experiment['columns'][number],
): string {
  if (value === null || value === undefined) return '–';
  return `${value.toFixed(decimals).replace('-', '−')}${unit === '' ? '' : ` ${unit}`}`;
}
