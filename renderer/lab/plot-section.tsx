import type { LabPlot } from '../../src/engine/contract/studio-lab-schemas.ts';
import { ChartTable } from '../charts/chart-table.tsx';
import { PlotChart } from '../charts/plot-chart.tsx';
import { plotTable } from '../charts/plot-table.ts';
import { strings } from '../strings.ts';

/** A chart with its title, one sentence on what it shows, and the numbers behind it. */
export function PlotSection({ plot, finding }: { readonly plot: LabPlot; readonly finding?: string | undefined }) {
  const { columns, rows } = plotTable(plot);
  return (
    <section className="lab-plot">
      <h2>{plot.title}</h2>
      <PlotChart plot={plot} />
      {finding !== undefined && <p>{finding}</p>}
      <div className="lab-table">
        <ChartTable title={strings.lab.asTable(plot.title)} columns={columns} rows={rows} />
      </div>
    </section>
  );
}
