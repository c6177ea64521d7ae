import { useMemo } from 'react';
import type { UnderstandClip } from '../../src/engine/contract/understand-schemas.ts';
import { ChartTable } from '../charts/chart-table.tsx';
import { formatPercent } from '../format.ts';
import { strings } from '../strings.ts';
import { sharesByStretch } from './attention-shares.ts';
import { createHeatMap } from './heat-map.ts';
import { Heat, Row } from './sheet-row.tsx';
import type { TimeAxis } from './time-axis.ts';

const text = strings.understand.sheet.rows.attention;
/** A line of the table sums up so much of the sound. */
const STRETCH_MS = 100;
const STRIP_HEIGHT = 24;

/** A strip for each head, the first one on top: the brighter, the more it takes of that frame. */
export function AttentionRow({
  attention,
  axis,
}: {
  attention: NonNullable<UnderstandClip['attention']>;
  axis: TimeAxis;
}) {
  const { heads, weights } = attention;
  const map = useMemo(() => {
    const most = weights.reduce((highest, weight) => Math.max(highest, weight), 0);
    const topDown = Array.from({ length: heads }, (_, place) => heads - 1 - place);
    return createHeatMap(weights, heads, (weight) => 255 * (weight / most), topDown);
  }, [heads, weights]);
  const rows = useMemo(
    () =>
      sharesByStretch(attention, axis, STRETCH_MS).map(
        ({ fromMs, shares }) =>
          [text.moment((fromMs / 1000).toFixed(1)), ...shares.map((share) => formatPercent(share))] as const,
      ),
    [attention, axis],
  );
  return (
    <Row
      name={text.name}
      text={heads === 1 ? text.one : text.several(heads)}
      height={heads * STRIP_HEIGHT}
      more={<ChartTable title={text.table} columns={text.columns(heads)} rows={rows} />}
    >
      <Heat map={map} axis={axis} />
    </Row>
  );
}
