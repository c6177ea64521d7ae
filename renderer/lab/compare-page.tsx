import type { LabJob, LabResultOf } from '../../src/engine/contract/studio-lab-schemas.ts';
import { formatShare } from '../format.ts';
import { formatBytes } from '../models/figures.ts';
import { useStore } from '../store.ts';
import { strings } from '../strings.ts';
import { useStudio } from '../studio/studio-context.ts';
import { CellsField, ClipsField, WholeField } from './fields.tsx';
import { FiguresTable } from './figures-table.tsx';
import { LabRun, ResultActions } from './lab-run.tsx';
import { PlotSection } from './plot-section.tsx';

const text = strings.lab.compare;

/** The cells at equal parameters on the same words. */
export function ComparePage() {
  const { lab } = useStudio();
  const { clips, seed, compare } = useStore(lab.settings);
  const shown = useStore(lab.results).compare;
  const isRunning = useStore(lab.running)?.kind === 'compare';
  const change = (wanted: Partial<typeof compare>): void => lab.change({ compare: { ...compare, ...wanted } });
  const job = (): LabJob => ({ kind: 'compare', clips, seed, ...compare, cells: [...compare.cells] });
  return (
    <>
      <p>{text.intro}</p>
      <ClipsField />
      <div className="lab-fields">
        <CellsField value={compare.cells} onChange={(cells) => change({ cells })} />
        <WholeField
          label={text.hidden}
          value={compare.hidden}
          range={[1, 512]}
          onChange={(hidden) => change({ hidden })}
        />
        <WholeField
          label={strings.lab.passes}
          value={compare.passes}
          range={[1, 1000]}
          onChange={(passes) => change({ passes })}
        />
        <WholeField label={text.seeds} value={compare.seeds} range={[1, 20]} onChange={(seeds) => change({ seeds })} />
      </div>
      <LabRun kind="compare" job={job} />
      {shown ? (
        <Comparison result={shown.result as LabResultOf<'compare'>}>
          <ResultActions shown={shown} />
        </Comparison>
      ) : (
        !isRunning && <p className="lab-empty">{text.empty}</p>
      )}
    </>
  );
}

function Comparison({ result, children }: { result: LabResultOf<'compare'>; children: React.ReactNode }) {
  return (
    <>
      <div className="lab-plots">
        {result.pictures.map(({ name, plot, finding }) => (
          <PlotSection key={name} plot={plot} finding={finding} />
        ))}
      </div>
      <FiguresTable
        caption={text.figures}
        columns={text.columns}
        rows={result.cells.map(({ cell, hidden, parameters, meanAccuracy, deviation, runs, speed, bytes }) => ({
          key: cell,
          cells: [
            strings.lab.cells[cell],
            hidden,
            parameters.toLocaleString('en'),
            meanAccuracy === null ? text.diverged : formatShare(meanAccuracy),
            deviation === null ? '–' : (100 * deviation).toFixed(1),
            `${(runs.reduce((sum, { trainingMs }) => sum + trainingMs, 0) / runs.length / 1000).toFixed(1)} s`,
            `${speed.frameMicroseconds.toFixed(1)} µs`,
            bytes === null ? '–' : formatBytes(bytes),
          ],
        }))}
      />
      {children}
    </>
  );
}
