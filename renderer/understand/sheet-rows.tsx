import { line } from 'd3-shape';
import { memo, useMemo } from 'react';
import type { UnderstandClip } from '../../src/engine/contract/understand-schemas.ts';
import { displayLabel } from '../format.ts';
import { colorIndex } from '../listen/color-map.ts';
import { strings } from '../strings.ts';
import { AttentionRow } from './attention-row.tsx';
import { createHeatMap, orderByMean } from './heat-map.ts';
import { outlinePath } from './outline.ts';
import { Heat, Row } from './sheet-row.tsx';
import { frameShare, type TimeAxis } from './time-axis.ts';

const text = strings.understand.sheet.rows;
const OUTLINE_COLUMNS = 800;
/** Coefficients are shown from so many deviations below their average to as many above it. */
const MFCC_DEVIATIONS = 2.5;
/** Posteriors drawn as lines that can be told apart. */
const LINES = 3;

/** Everything about one take, row below row on one time axis. Drawn once: the cursor moves over it. */
export const SheetRows = memo(function SheetRows({ clip, axis }: { clip: UnderstandClip; axis: TimeAxis }) {
  const spectrogram = useMemo(() => createHeatMap(clip.logMel, clip.bands, colorIndex), [clip]);
  const mfcc = useMemo(
    () => createHeatMap(clip.mfcc, clip.coefficients, (value) => (255 * (value / MFCC_DEVIATIONS + 1)) / 2),
    [clip],
  );
  return (
    <>
      <Row {...text.waveform} height={64}>
        <Waveform samples={clip.samples} />
      </Row>
      <Row {...text.spectrogram} height={96}>
        <Heat map={spectrogram} axis={axis} />
      </Row>
      <Row {...text.mfcc} height={72}>
        <Heat map={mfcc} axis={axis} />
      </Row>
      <Posteriors clip={clip} axis={axis} />
      {clip.attention && <AttentionRow attention={clip.attention} axis={axis} />}
      {clip.layers.map((layer, index) => (
        <Gates key={index} layer={layer} index={index} clip={clip} axis={axis} />
      ))}
      {clip.layers.every((gates) => gates.length === 0) && (
        <Row {...text.noGates} height={0}>
          {null}
        </Row>
      )}
    </>
  );
});

function Waveform({ samples }: { samples: Float32Array }) {
  const path = useMemo(() => outlinePath(samples, OUTLINE_COLUMNS), [samples]);
  return (
    <svg viewBox={`0 -1 ${OUTLINE_COLUMNS - 1} 2`} preserveAspectRatio="none" aria-hidden="true">
      <path className="sheet-wave" d={path} />
    </svg>
  );
}

function Gates({
  layer,
  index,
  clip,
  axis,
}: {
  layer: UnderstandClip['layers'][number];
  index: number;
  clip: UnderstandClip;
  axis: TimeAxis;
}) {
  const maps = useMemo(() => {
    const [first] = layer;
    if (!first) return [];
    // One order for all of them, so that a unit stands in the same place.
    const order = orderByMean(first.values, clip.units);
    const colorOf = (value: number): number => 255 * value;
    return layer.map(({ values }) => createHeatMap(values, clip.units, colorOf, order));
  }, [layer, clip]);
  return (
    <>
      {layer.map(({ name }, gate) => {
        // Of a minimal gated unit it is the only gate, and does what an update gate does.
        const words = text.gates[clip.cell === 'mgu' ? 'single' : name];
        return (
          <Row key={name} name={words.name(index + 1, clip.layers.length)} text={words.text} height={96}>
            <Heat map={maps[gate]!} axis={axis} />
          </Row>
        );
      })}
    </>
  );
}

function Posteriors({ clip, axis }: { clip: UnderstandClip; axis: TimeAxis }) {
  const { labels, posteriors, frames } = clip;
  const shown = useMemo(() => {
    const peak = labels.map((_, label) => {
      let highest = 0;
      for (let frame = 0; frame < frames; frame++)
        highest = Math.max(highest, posteriors[frame * labels.length + label]!);
      return highest;
    });
    return labels.map((_, label) => label).sort((a, b) => peak[b]! - peak[a]!);
  }, [labels, posteriors, frames]);
  const path = line<number>()
    .x((frame) => 1000 * frameShare(axis, frame))
    .y((_, frame) => frame);
  const pathOf = (label: number): string =>
    path.y((frame) => 100 * (1 - posteriors[frame * labels.length + label]!))(
      Array.from({ length: frames }, (_, frame) => frame),
    ) ?? '';
  const names = shown.slice(0, LINES).map((label, i) => text.posteriors.line(displayLabel(labels[label]!), i));
  return (
    <Row name={text.posteriors.name} text={text.posteriors.text(names)} height={96}>
      <svg viewBox="0 0 1000 100" preserveAspectRatio="none" aria-hidden="true">
        {/* The boldest on top. */}
        {shown
          .map((label, rank) => <path key={label} className="sheet-line" data-rank={rank} d={pathOf(label)} />)
          .reverse()}
      </svg>
    </Row>
  );
}
