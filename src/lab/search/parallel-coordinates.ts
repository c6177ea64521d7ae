import { styleSheet } from '../../plots/series-style.ts';
import { element, escapeText } from '../../plots/svg.ts';
import { SEARCH_PARAMETERS } from './parameters.ts';
import { placeOf } from './space.ts';
import { ranked, type TrialRecord } from './trials.ts';

/** An axis of parallel coordinates: places run from 0 at its foot to 1 at its head. */
export interface CoordinateAxis {
  readonly label: string;
  readonly ticks: readonly { readonly place: number; readonly text: string }[];
}

/** A trial as a line across the axes. */
export interface CoordinateLine {
  /** Of the trial. */
  readonly id: string;
  /** `[axes]`; null where the trial has nothing there, such as the accuracy of one that diverged. */
  readonly places: readonly (number | null)[];
  /** 0 for the best trial that finished, 1 for the worst; null for one that did not finish. */
  readonly rank: number | null;
  /** What the trial is, for a reader who points at it. */
  readonly text: string;
}

export interface ParallelCoordinates {
  readonly axes: readonly CoordinateAxis[];
  /** Worst first, so that the best is drawn above the others. */
  readonly lines: readonly CoordinateLine[];
}

/** More values than these are marked at round places instead of one by one. */
const MOST_TICKS = 6;

/** Lays trials out: an axis for each parameter that differs between them, then epochs if they do, then accuracy. */
export function parallelCoordinates(records: readonly TrialRecord[]): ParallelCoordinates {
  const names = [...new Set(records.flatMap(({ values }) => Object.keys(values)))];
  const columns = [
    ...names.map((name) => ({ name, of: (record: TrialRecord) => record.values[name] })),
    { name: 'epochs', of: (record: TrialRecord) => record.epochs },
  ]
    .map(({ name, of }) => ({ name, values: records.map(of) }))
    .filter(({ values }) => new Set(values).size > 1);
  const accuracies = records.map(({ outcome }) => (outcome.status === 'finished' ? outcome.accuracy : undefined));
  const placed = [
    ...columns.map(({ name, values }) => placeColumn(name, values, String)),
    placeColumn('accuracy', accuracies, (value) => `${(100 * Number(value)).toFixed(1)} %`),
  ];
  const order = ranked(records);
  const finished = order.filter(({ outcome }) => outcome.status === 'finished').length;
  const lines = order.map((record, rank) => {
    const index = records.indexOf(record);
    return {
      id: record.id,
      places: placed.map(({ places }) => places[index] ?? null),
      rank: rank < finished ? (finished > 1 ? rank / (finished - 1) : 0) : null,
      text: describe(record),
    };
  });
  return { axes: placed.map(({ axis }) => axis), lines: lines.reverse() };
}

/**
 * Draws trials as parallel coordinates (Inselberg 1985), as an SVG document: a line for each trial, the best thickest;
 * dashed and without an end where the trial did not finish.
 */
export function drawParallelCoordinates(records: readonly TrialRecord[], title: string): string {
  const { axes, lines } = parallelCoordinates(records);
  const width = Math.max(480, 150 * axes.length + 40);
  const [top, bottom] = [84, 400];
  const step = axes.length > 1 ? (width - 190) / (axes.length - 1) : 0;
  const xOf = (axis: number): number => 80 + axis * step;
  const yOf = (place: number): number => bottom - place * (bottom - top);
  const style =
    '.trial{fill:none;stroke:var(--series-1);stroke-width:1.2}.trial.best{stroke:var(--series-0);stroke-width:3}' +
    '.trial.unfinished{stroke:var(--quiet);stroke-dasharray:3 4}.axis{stroke:var(--ink)}' +
    '.halo{paint-order:stroke;stroke:var(--paper);stroke-width:4px}';
  return element(
    'svg',
    {
      ...{ xmlns: 'http://www.w3.org/2000/svg', class: 'heed-plot', viewBox: `0 0 ${width} 440`, width, height: 440 },
      ...{ role: 'img', 'aria-label': title },
    },
    element('title', {}, escapeText(title)),
    element('style', {}, `${styleSheet()}\n${style}`),
    element('rect', { class: 'paper', width, height: 440 }),
    element('text', { x: 24, y: 28, class: 'title' }, escapeText(title)),
    element(
      'text',
      { x: 24, y: 48, class: 'quiet' },
      'Each line is a trial; the thick one is the best, dashed ones did not finish.',
    ),
    ...lines.map(({ places, rank, text }) =>
      element(
        'polyline',
        {
          class: rank === null ? 'trial unfinished' : rank === 0 ? 'trial best' : 'trial',
          'stroke-opacity': rank === null || rank === 0 ? undefined : 0.85 - 0.65 * rank,
          points: places
            .flatMap((place, axis) => (place === null ? [] : [`${round(xOf(axis))},${round(yOf(place))}`]))
            .join(' '),
        },
        element('title', {}, escapeText(text)),
      ),
    ),
    ...axes.flatMap(({ label, ticks }, axis) => [
      element('line', { class: 'axis', x1: xOf(axis), x2: xOf(axis), y1: top, y2: bottom }),
      element('text', { x: xOf(axis), y: top - 12, 'text-anchor': 'middle', class: 'halo' }, escapeText(label)),
      ...ticks.map(({ place, text }) =>
        element('text', { x: xOf(axis) + 6, y: yOf(place) + 4, class: 'quiet halo' }, escapeText(text)),
      ),
    ]),
  );
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}

function describe({ values, epochs, outcome }: TrialRecord): string {
  const end = outcome.status === 'finished' ? `${(100 * outcome.accuracy).toFixed(1)} %` : outcome.status;
  const named = Object.entries(values).map(([name, value]) => `${name} ${value}`);
  return `${[...named, `${epochs} epochs`].join(', ')}: ${end}`;
}

/** Where the values of one axis lie; undefined values have no place. */
function placeColumn(
  name: string,
  values: readonly (number | string | undefined)[],
  textOf: (value: number | string) => string,
): { axis: CoordinateAxis; places: (number | undefined)[] } {
  const present = [...new Set(values.filter((value) => value !== undefined))];
  const choice = SEARCH_PARAMETERS[name]?.kind === 'choice' || present.some((value) => typeof value === 'string');
  const sorted = choice ? present.sort() : (present as number[]).sort((a, b) => a - b);
  if (choice && sorted.every((value) => typeof value === 'number')) (sorted as number[]).sort((a, b) => a - b);
  const [low, high] = [sorted[0], sorted.at(-1)] as [number, number];
  const place = (value: number | string): number =>
    choice
      ? sorted.length === 1
        ? 0.5
        : (sorted as (number | string)[]).indexOf(value) / (sorted.length - 1)
      : placeOf(name, value as number, low, high);
  const marked = sorted.length <= MOST_TICKS ? sorted : [low, sorted[Math.floor(sorted.length / 2)]!, high];
  return {
    axis: { label: name, ticks: spaced(marked.map((value) => ({ place: place(value), text: textOf(value) }))) },
    places: values.map((value) => (value === undefined ? undefined : place(value))),
  };
}

/** Those that do not overlap the one before them. */
function spaced<Tick extends { readonly place: number }>(ticks: readonly Tick[]): Tick[] {
  const kept: Tick[] = [];
  for (const tick of ticks) if (kept.length === 0 || tick.place - kept.at(-1)!.place > 0.04) kept.push(tick);
  return kept;
}
