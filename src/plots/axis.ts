import { scaleLinear, scaleLog } from 'd3-scale';
import type { PlotAxis } from './plot.ts';

/** Numbers beyond this have no place: the distance of two of them could be infinite. */
const LARGEST = 1e150;
/** Numbers nearer to zero than this have none on a logarithmic axis. */
const SMALLEST = 1e-150;
/** A range narrower than this share of its numbers has no round numbers within that can be told apart. */
const NARROWEST = 1e-9;

/** An axis that knows where its numbers lie. */
export interface PlacedAxis {
  readonly label: string;
  /** The place of a number, in pixels; undefined for one that has none. */
  place(value: number): number | undefined;
  readonly ticks: readonly { readonly place: number; readonly text: string }[];
}

/**
 * Lays numbers out between two places, with round numbers at the ends unless the axis names a domain.
 *
 * @param values  what is to be shown; what is not finite is left out
 * @param places  of the lowest and of the highest number, in pixels
 */
export function placeAxis(
  axis: PlotAxis,
  values: Iterable<number>,
  places: readonly [number, number],
  tickCount: number,
): PlacedAxis {
  const logarithmic = axis.scale === 'logarithmic';
  const shown = (value: number): boolean => Math.abs(value) <= LARGEST && (!logarithmic || value >= SMALLEST);
  const domain = axis.domain ?? domainOf(values, shown, logarithmic);
  const scale = logarithmic ? scaleLog(domain, places) : scaleLinear(domain, places);
  if (!axis.domain && !logarithmic) scale.nice(); // on a logarithmic axis round ends are powers of ten, which can be far off
  const format = logarithmic ? scaleLog(scale.domain(), places).tickFormat(tickCount) : scale.tickFormat(tickCount);
  const ticks =
    axis.ticks?.map(({ at, text }) => ({ at, text })) ??
    scale
      .ticks(tickCount)
      .map((at) => ({ at, text: logarithmic ? logarithmicTick(at, format(at)) : format(at) }))
      .filter(({ text }) => text !== '');
  return {
    label: axis.label,
    place: (value) => (shown(value) ? scale(value) : undefined),
    ticks: ticks.filter(({ at }) => shown(at)).map(({ at, text }) => ({ place: scale(at), text })),
  };
}

function domainOf(values: Iterable<number>, shown: (value: number) => boolean, logarithmic: boolean): [number, number] {
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const value of values) {
    if (!shown(value)) continue;
    low = Math.min(low, value);
    high = Math.max(high, value);
  }
  if (low > high) return logarithmic ? [1, 10] : [0, 1];
  if (high - low > NARROWEST * Math.max(SMALLEST, Math.abs(low), Math.abs(high))) return [low, high];
  // A single number, or what rounding makes of one, stands in the middle.
  return logarithmic ? [low / 10, high * 10] : [low - Math.max(1, Math.abs(low)), high + Math.max(1, Math.abs(high))];
}

/** d3 would write 1m for a thousandth; what it leaves without text, for want of room, has none here either. */
function logarithmicTick(at: number, formatted: string): string {
  if (formatted === '') return '';
  const exact = Number(at.toPrecision(12));
  return exact >= 1e6 || exact < 1e-3 ? exact.toExponential().replace('e+', 'e') : String(exact);
}
