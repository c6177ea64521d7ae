import type { Plot } from '../../plots/plot.ts';
import type { CellComparison, ComparedCell } from './compare-cells.ts';
import {
  accuracyFinding,
  reachFinding,
  sizeFinding,
  speedFinding,
  trainingFinding,
  updatesFinding,
} from './comparison-findings.ts';
import type { CellReach } from './gradient-reach.ts';

/** A picture of a comparison, and the one sentence on what it shows. */
export interface ComparisonPicture {
  /** Its file, without an ending: `gradient-reach`. */
  readonly name: string;
  readonly plot: Plot;
  readonly finding: string;
}

/** What a comparison looks like, the most asked for first. */
export function comparisonPictures({ cells, reach }: CellComparison): ComparisonPicture[] {
  const clipped = reach.filter((one) => one.clipped);
  const unclipped = reach.filter((one) => !one.clipped);
  return [
    { name: 'accuracy', plot: accuracyPlot(cells), finding: accuracyFinding(cells) },
    { name: 'training-time', plot: trainingPlot(cells), finding: trainingFinding(cells) },
    {
      name: 'inference-time',
      plot: barsOf(
        cells,
        'Time for a frame of live sound',
        'time for a frame (µs)',
        ({ speed }) => speed.frameMicroseconds,
      ),
      finding: speedFinding(cells),
    },
    {
      name: 'size',
      plot: barsOf(cells, 'Size of the model file', 'size (kB)', ({ bytes }) => (bytes === null ? null : bytes / 1000)),
      finding: sizeFinding(cells),
    },
    {
      name: 'gradient-reach',
      plot: reachPlot('before training', clipped, 'normsBefore'),
      finding: reachFinding(clipped, 'normsBefore'),
    },
    {
      name: 'gradient-reach-clipped',
      plot: reachPlot('trained with clipping', clipped, 'normsAfter'),
      finding: reachFinding(clipped, 'normsAfter'),
    },
    {
      name: 'gradient-reach-unclipped',
      plot: reachPlot('trained without clipping', unclipped, 'normsAfter'),
      finding: reachFinding(unclipped, 'normsAfter'),
    },
    { name: 'gradient-norms', plot: updatesPlot(unclipped), finding: updatesFinding(unclipped) },
  ];
}

const cellAxis = (cells: readonly ComparedCell[]): Plot['x'] => ({
  label: 'cell',
  ticks: cells.map(({ cell }, at) => ({ at, text: cell })),
});

function accuracyPlot(cells: readonly ComparedCell[]): Plot {
  return {
    title: 'Accuracy at equal parameters',
    description: 'For each cell the mean accuracy of its runs as a bar, and each run as a point.',
    x: cellAxis(cells),
    y: { label: 'accuracy on the validation clips', domain: [0, 1] },
    series: [
      { name: 'mean', mark: 'bars', points: barPoints(cells, ({ meanAccuracy }) => meanAccuracy) },
      { name: 'each seed', mark: 'points', points: runPoints(cells, ({ accuracy }) => accuracy) },
    ],
  };
}

function trainingPlot(cells: readonly ComparedCell[]): Plot {
  return {
    title: 'Time to train',
    description: 'For each cell the mean time of its trainings as a bar, and each training as a point.',
    x: cellAxis(cells),
    y: { label: 'time to train (s)' },
    series: [
      {
        ...{ name: 'mean', mark: 'bars' },
        points: barPoints(cells, ({ runs }) => runs.reduce((sum, run) => sum + run.trainingMs, 0) / runs.length / 1000),
      },
      { name: 'each seed', mark: 'points', points: runPoints(cells, ({ trainingMs }) => trainingMs / 1000) },
    ],
  };
}

function barsOf(
  cells: readonly ComparedCell[],
  title: string,
  label: string,
  valueOf: (cell: ComparedCell) => number | null,
): Plot {
  return {
    ...{ title, description: 'A bar for each cell; lower is lighter.', x: cellAxis(cells), y: { label } },
    series: [{ name: label, mark: 'bars', points: barPoints(cells, valueOf) }],
  };
}

function barPoints(
  cells: readonly ComparedCell[],
  valueOf: (cell: ComparedCell) => number | null,
): { x: number; y: number }[] {
  return cells.map((cell, x) => ({ x, y: valueOf(cell) })).flatMap(({ x, y }) => (y === null ? [] : [{ x, y }]));
}

function runPoints(
  cells: readonly ComparedCell[],
  valueOf: (run: ComparedCell['runs'][number]) => number | null,
): { x: number; y: number }[] {
  return cells.flatMap(({ runs }, x) => runs.map(valueOf).flatMap((y) => (y === null ? [] : [{ x, y }])));
}

function reachPlot(when: string, reach: readonly CellReach[], norms: 'normsBefore' | 'normsAfter'): Plot {
  return {
    title: `How far back gradients reach, ${when}`,
    description:
      'The norm of the gradient of the loss by the input, against how many frames before the last that input was. A line that falls steeply is a gradient that vanishes.',
    x: { label: 'distance in time (frames)' },
    y: { label: 'norm of the gradient', scale: 'logarithmic' },
    series: reach.map((one) => ({
      name: one.cell,
      points: one[norms].map((y, x) => ({ x, y })),
    })),
  };
}

function updatesPlot(reach: readonly CellReach[]): Plot {
  return {
    title: 'Norm of the gradient in each update, without clipping',
    description:
      'The norm of the gradient of all parameters, before it is clipped, from update to update of a training without clipping. Peaks are gradients that explode.',
    x: { label: 'update' },
    y: { label: 'norm of the gradient', scale: 'logarithmic' },
    series: reach.map(({ cell, updateNorms }) => ({ name: cell, points: updateNorms.map((y, x) => ({ x, y })) })),
  };
}
