import { Slider, SliderThumb, SliderTrack } from 'react-aria-components';
import type { WordCurve } from '../../src/engine/contract/understand-schemas.ts';
import { ChartTable } from '../charts/chart-table.tsx';
import { LineChart } from '../charts/line-chart.tsx';
import { displayLabel, formatPercent } from '../format.ts';
import { strings } from '../strings.ts';
import { useStudio } from '../studio/studio-context.ts';
import './word-threshold.css';

const text = strings.understand.threshold;

/** One word's threshold, and what it costs on the user's takes: misses on one side, false alarms on the other. */
export function WordThreshold({ curve }: { curve: WordCurve }) {
  const { understand } = useStudio();
  const { label, threshold, points, takes, others } = curve;
  const word = displayLabel(label);
  const at = points.findLast((point) => point.threshold <= threshold + 1e-9) ?? points[0]!;
  const most = Math.max(1, ...points.flatMap(({ missed, falseAlarms }) => [missed, falseAlarms]));
  return (
    <section className="word-threshold">
      <p>{text.sentence(word, formatPercent(threshold), at.missed, takes, at.falseAlarms, others)}</p>
      <Slider
        className="word-threshold-slider"
        aria-label={text.label(word)}
        minValue={0}
        maxValue={1}
        step={0.02}
        formatOptions={{ style: 'percent' }}
        value={threshold}
        onChange={(value) => understand.setThreshold(label, value, false)}
        onChangeEnd={(value) => understand.setThreshold(label, value, true)}
      >
        <SliderTrack className="word-threshold-track">
          <SliderThumb className="word-threshold-thumb" />
        </SliderTrack>
      </Slider>
      <LineChart
        label={text.chart(word)}
        series={[
          { name: text.missed, look: 'solid', points: points.map((point) => [point.threshold, point.missed] as const) },
          {
            name: text.falseAlarms,
            look: 'dashed',
            points: points.map((point) => [point.threshold, point.falseAlarms] as const),
          },
        ]}
        xDomain={[0, 1]}
        yDomain={[0, most]}
        xLabel={text.axis}
        formatX={(share) => formatPercent(share)}
        formatY={(count) => (Number.isInteger(count) ? String(count) : '')}
        mark={threshold}
        height={128}
      />
      <ChartTable
        title={text.table}
        columns={text.columns}
        rows={points
          .filter((_, index) => index % 5 === 0)
          .map((point) => [formatPercent(point.threshold), point.missed, point.falseAlarms])}
      />
    </section>
  );
}
