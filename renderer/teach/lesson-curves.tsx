import type { TeachEpoch } from '../../src/engine/contract/teach-schemas.ts';
import { ChartTable } from '../charts/chart-table.tsx';
import { LineChart, type LineSeries } from '../charts/line-chart.tsx';
import { formatPercent } from '../format.ts';
import { strings } from '../strings.ts';
import './lesson-curves.css';

const text = strings.teach.charts;

/** Loss and accuracy of the training and the held-out takes, pass by pass, and the same as a table. */
export function LessonCurves({ epochs, passes }: { epochs: readonly TeachEpoch[]; passes: number }) {
  if (epochs.length === 0) return <p className="teach-note">{text.waiting}</p>;
  const lossSeries = series(
    epochs.map(({ epoch, loss }) => [epoch, loss] as const),
    epochs.flatMap(({ epoch, heldOutLoss }) => (heldOutLoss === null ? [] : [[epoch, heldOutLoss] as const])),
  );
  const accuracySeries = series(
    epochs.map(({ epoch, trainAccuracy }) => [epoch, trainAccuracy] as const),
    epochs.flatMap(({ epoch, heldOutAccuracy }) =>
      heldOutAccuracy === null ? [] : [[epoch, heldOutAccuracy] as const],
    ),
  );
  const highestLoss = Math.max(0.1, ...lossSeries.flatMap(({ points }) => points.map(([, loss]) => loss)));
  const passAxis = {
    xDomain: [1, Math.max(2, passes)] as const,
    xLabel: text.pass,
    formatX: (pass: number) => (Number.isInteger(pass) ? String(pass) : ''),
  };
  return (
    <section className="curves">
      <div className="curves-pair">
        <div>
          <h2>{text.loss}</h2>
          <p>{text.lossHint}</p>
          <LineChart
            {...passAxis}
            label={text.loss}
            series={lossSeries}
            yDomain={[0, highestLoss]}
            formatY={(loss) => loss.toFixed(highestLoss < 1 ? 2 : 1)}
          />
        </div>
        <div>
          <h2>{text.accuracy}</h2>
          <p>{text.accuracyHint}</p>
          <LineChart
            {...passAxis}
            label={text.accuracy}
            series={accuracySeries}
            yDomain={[0, 1]}
            formatY={(share) => formatPercent(share)}
          />
        </div>
      </div>
      <CurvesTable epochs={epochs} />
    </section>
  );
}

function CurvesTable({ epochs }: { epochs: readonly TeachEpoch[] }) {
  return (
    <ChartTable
      title={text.table}
      columns={text.columns}
      rows={epochs.map(({ epoch, loss, heldOutLoss, trainAccuracy, heldOutAccuracy }) => [
        epoch,
        loss.toFixed(3),
        heldOutLoss?.toFixed(3) ?? '–',
        formatPercent(trainAccuracy),
        heldOutAccuracy === null ? '–' : formatPercent(heldOutAccuracy),
      ])}
    />
  );
}

function series(training: LineSeries['points'], heldOut: LineSeries['points']): LineSeries[] {
  return [
    { name: text.training, look: 'solid', points: training },
    { name: text.heldOut, look: 'dashed', points: heldOut },
  ];
}
