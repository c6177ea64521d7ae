import { drawPlot } from '../plots/draw-plot.ts';
import type { CellComparison } from './compare-cells.ts';
import type { CellReach } from './gradient-reach.ts';

/** The pictures of a comparison, as SVG documents by their file names. */
export function comparisonPlots({ cells, reach }: CellComparison): ReadonlyMap<string, string> {
  return new Map([
    ['accuracy.svg', accuracyPlot(cells)],
    [
      'gradient-reach.svg',
      reachPlot(
        'before training',
        reach.filter(({ clipped }) => clipped),
        'normsBefore',
      ),
    ],
    [
      'gradient-reach-clipped.svg',
      reachPlot(
        'trained with clipping',
        reach.filter(({ clipped }) => clipped),
        'normsAfter',
      ),
    ],
    [
      'gradient-reach-unclipped.svg',
      reachPlot(
        'trained without clipping',
        reach.filter(({ clipped }) => !clipped),
        'normsAfter',
      ),
    ],
    ['gradient-norms.svg', updatesPlot(reach)],
  ]);
}

function accuracyPlot(cells: CellComparison['cells']): string {
  return drawPlot({
    title: 'Accuracy at equal parameters',
    description: 'For each cell the mean accuracy of its runs as a bar, and each run as a point.',
    x: { label: 'cell', ticks: cells.map(({ cell }, at) => ({ at, text: cell })) },
    y: { label: 'accuracy on the validation clips', domain: [0, 1] },
    series: [
      {
        name: 'mean',
        mark: 'bars',
        points: cells.map(({ meanAccuracy }, x) => ({ x, y: meanAccuracy ?? Number.NaN })),
      },
      {
        name: 'each seed',
        mark: 'points',
        points: cells.flatMap(({ runs }, x) => runs.map(({ accuracy }) => ({ x, y: accuracy ?? Number.NaN }))),
      },
    ],
  });
}

function reachPlot(when: string, reach: readonly CellReach[], norms: 'normsBefore' | 'normsAfter'): string {
  return drawPlot({
    title: `How far back gradients reach, ${when}`,
    description:
      'The norm of the gradient of the loss by the input, against how many frames before the last that input was. A line that falls steeply is a gradient that vanishes.',
    x: { label: 'distance in time (frames)' },
    y: { label: 'norm of the gradient', scale: 'logarithmic' },
    series: reach.map((one) => ({
      name: one.cell,
      points: one[norms].map((y, x) => ({ x, y })),
    })),
  });
}

function updatesPlot(reach: readonly CellReach[]): string {
  return drawPlot({
    title: 'Norm of the gradient in each update, without clipping',
    description:
      'The norm of the gradient of all parameters, before it is clipped, from update to update of a training without clipping. Peaks are gradients that explode.',
    x: { label: 'update' },
    y: { label: 'norm of the gradient', scale: 'logarithmic' },
    series: reach
      .filter(({ clipped }) => !clipped)
      .map(({ cell, updateNorms }) => ({ name: cell, points: updateNorms.map((y, x) => ({ x, y })) })),
  });
}
