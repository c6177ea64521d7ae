import { useMemo, useState } from 'react';
import { Button } from 'react-aria-components';
import type { LabResultOf } from '../../src/engine/contract/studio-lab-schemas.ts';
import { formatShare } from '../format.ts';
import { strings } from '../strings.ts';
import { brushed, type BrushRange, trialsWithin } from './brush.ts';
import { FiguresTable } from './figures-table.tsx';
import { ParallelCoordinates } from './parallel-coordinates.tsx';
import { endOf, valuesOf } from './trial-lines.tsx';

const text = strings.lab.search;

/** The trials as lines across their settings, of which axes can be brushed, and as a table of those that lie within. */
export function SearchResults({ result }: { readonly result: LabResultOf<'search'> }) {
  const { records, coordinates } = result;
  const [ranges, setRanges] = useState<ReadonlyMap<string, BrushRange>>(new Map());
  const within = useMemo(() => trialsWithin(coordinates, ranges), [coordinates, ranges]);
  const names = [...new Set(records.flatMap(({ values }) => Object.keys(values)))];
  const [best] = records;
  return (
    <section className="lab-search">
      <p>
        {best?.outcome.status === 'finished'
          ? text.best(formatShare(best.outcome.accuracy), valuesOf(best))
          : text.noBest}
      </p>
      <ParallelCoordinates
        label={text.chart(records.length)}
        coordinates={coordinates}
        within={within}
        ranges={ranges}
        onBrush={(axis, range) => setRanges(brushed(ranges, axis, range))}
      />
      <p className="lab-hint">{text.chartHint}</p>
      <div className="lab-actions">
        <p role="status">{text.within(within.size, records.length)}</p>
        {ranges.size > 0 && (
          <Button className="button" onPress={() => setRanges(new Map())}>
            {text.all}
          </Button>
        )}
      </div>
      <FiguresTable
        caption={text.table}
        columns={[...text.columns, ...names]}
        rows={records
          .map((record, index) => ({ record, place: index + 1 }))
          .filter(({ record }) => within.has(record.id))
          .map(({ record, place }) => ({
            key: record.id,
            cells: [
              place,
              record.outcome.status === 'finished' ? formatShare(record.outcome.accuracy) : endOf(record),
              record.epochs,
              `${(record.outcome.durationMs / 1000).toFixed(1)} s`,
              ...names.map((name) => record.values[name] ?? '–'),
            ],
          }))}
      />
    </section>
  );
}
