import { HeedError } from '../../errors.ts';
import type { Random } from '../../random.ts';
import { SEARCH_PARAMETERS, type NumberParameter, type TrialValues } from './parameters.ts';

/** One parameter and what it may be: the values listed, or any in a range. */
export type Dimension =
  | { readonly name: string; readonly values: readonly (number | string)[] }
  | {
      readonly name: string;
      readonly from: number;
      readonly to: number;
      /** Points that a grid has on the range. */
      readonly count: number;
    };

/** Dimensions with different names; at least one. */
export type SearchSpace = readonly Dimension[];

const DEFAULT_POINTS = 3;
/** A grid beyond this is a mistake: it would not end in a lifetime. */
const MOST_POINTS = 1000;
/** Real values are rounded to so many digits, so that what is printed is what was tried. */
const DIGITS = 4;

/** What is searched where nothing else is named. */
export const DEFAULT_SPACE: SearchSpace = [
  { name: 'hidden', from: 32, to: 160, count: 3 },
  { name: 'layers', values: [1, 2] },
  { name: 'learning-rate', from: 0.001, to: 0.02, count: 3 },
  { name: 'batch', values: [32, 64, 128] },
  { name: 'dropout', from: 0, to: 0.3, count: 3 },
  { name: 'hop-ms', values: [10, 20] },
  { name: 'time-mask-frames', from: 0, to: 25, count: 3 },
];

/**
 * Reads dimensions from the command line: `name=a,b,c`, `name=from..to`, or `name=from..to:points`.
 * @throws {HeedError} usage, naming what cannot be
 */
export function parseDimensions(texts: readonly string[]): SearchSpace {
  return checkSpace(
    texts.map((text): Dimension => {
      const equals = text.indexOf('=');
      if (equals < 1)
        throw refusal(
          `“${text.slice(0, 80)}” is no dimension; write name=a,b,c or name=from..to, such as hidden=32,64`,
        );
      const name = text.slice(0, equals).trim();
      const value = text.slice(equals + 1).trim();
      const range = /^(\S+?)\.\.(\S+?)(?::(\d+))?$/.exec(value);
      if (range)
        return {
          ...{ name, from: numberOf(name, range[1]!), to: numberOf(name, range[2]!) },
          count: range[3] === undefined ? DEFAULT_POINTS : Number(range[3]),
        };
      const words = value === '' ? [] : value.split(',').map((word) => word.trim());
      return { name, values: words.map((word) => (isNumeric(word) ? Number(word) : word)) };
    }),
  );
}

/**
 * Reads dimensions from JSON: an object of names, each with a list of values or with `{ from, to, count? }`.
 * @param source  what the text is from, for the message
 * @throws {HeedError} usage, naming what cannot be
 */
export function parseSpace(text: string, source: string): SearchSpace {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    throw refusal(`${source} is no JSON: ${(error as Error).message}`, error);
  }
  if (typeof json !== 'object' || json === null || Array.isArray(json))
    throw refusal(`${source} is no search space: it must be an object of names, such as {"hidden": [32, 64]}`);
  return checkSpace(
    Object.entries(json as Record<string, unknown>).map(([name, value]): Dimension => {
      if (Array.isArray(value)) return { name, values: value as (number | string)[] };
      if (typeof value === 'object' && value !== null) {
        const { from, to, count = DEFAULT_POINTS, ...rest } = value as Record<string, unknown>;
        const surplus = Object.keys(rest)[0];
        if (surplus !== undefined)
          throw refusal(`a range of ${name} has from, to and count, not “${surplus.slice(0, 40)}”`);
        return { name, from, to, count } as Dimension;
      }
      throw refusal(`${name} must be a list of values, or a range with from and to`);
    }),
  );
}

/** @throws {HeedError} usage, naming the first thing that cannot be */
export function checkSpace(space: SearchSpace): SearchSpace {
  if (space.length === 0) throw refusal('it names nothing to search over');
  const names = new Set<string>();
  for (const dimension of space) {
    const { name } = dimension;
    if (!Object.hasOwn(SEARCH_PARAMETERS, name))
      throw refusal(`it knows no “${name.slice(0, 40)}”; known are ${Object.keys(SEARCH_PARAMETERS).join(', ')}`);
    if (names.has(name)) throw refusal(`${name} is named twice`);
    names.add(name);
    if ('values' in dimension) checkValues(name, dimension.values);
    else checkRange(name, dimension);
  }
  return space;
}

/** A value of each dimension, each independent of the others; even on the parameter's scale. */
export function drawValues(space: SearchSpace, random: Random): TrialValues {
  return Object.fromEntries(
    space.map((dimension) => {
      if ('values' in dimension) return [dimension.name, dimension.values[random.integer(dimension.values.length)]!];
      return [dimension.name, between(dimension, random.next(), true)];
    }),
  );
}

/** The values of a dimension that a grid has, without repetitions. */
export function gridValues(dimension: Dimension): (number | string)[] {
  if ('values' in dimension) return [...new Set(dimension.values)];
  const { count } = dimension;
  const points = Array.from({ length: count }, (_, i) =>
    between(dimension, count === 1 ? 0.5 : i / (count - 1), false),
  );
  return [...new Set(points)];
}

/** Where a value lies between a range's ends on its parameter's scale, 0 to 1. */
export function placeOf(name: string, value: number, low: number, high: number): number {
  if (low === high) return 0.5;
  const parameter = SEARCH_PARAMETERS[name];
  const logarithmic = parameter?.kind === 'number' && parameter.scale === 'logarithmic' && low > 0;
  return logarithmic ? Math.log(value / low) / Math.log(high / low) : (value - low) / (high - low);
}

/** @param drawn  whether `share` is in [0, 1) and every whole number is to come equally often */
function between({ name, from, to }: Dimension & { from: number; to: number }, share: number, drawn: boolean): number {
  const { whole, scale } = SEARCH_PARAMETERS[name] as NumberParameter;
  // A whole number stands for the half below and above it.
  const [low, high] = whole && drawn ? [from - 0.5, to + 0.5] : [from, to];
  const exact = scale === 'logarithmic' ? low * (high / low) ** share : low + (high - low) * share;
  const value = whole ? Math.round(exact) : Number(exact.toPrecision(DIGITS));
  return Math.min(to, Math.max(from, value));
}

function checkValues(name: string, values: readonly unknown[]): void {
  if (values.length === 0) throw refusal(`${name} has no values`);
  for (const value of values) checkValue(name, value);
}

function checkRange(name: string, { from, to, count }: { from: unknown; to: unknown; count: unknown }): void {
  if (SEARCH_PARAMETERS[name]!.kind !== 'number')
    throw refusal(`${name} has no range; list its values, such as ${optionsOf(name)}`);
  checkValue(name, from);
  checkValue(name, to);
  if ((from as number) > (to as number))
    throw refusal(`the range of ${name} is empty: ${String(from)} lies above ${String(to)}`);
  if (!Number.isInteger(count) || (count as number) < 1 || (count as number) > MOST_POINTS)
    throw refusal(`the range of ${name} has from 1 to ${MOST_POINTS} points in a grid, not ${String(count)}`);
}

function checkValue(name: string, value: unknown): void {
  const parameter = SEARCH_PARAMETERS[name]!;
  if (parameter.kind === 'choice') {
    if (!parameter.options.includes(value as number | string))
      throw refusal(`${name} can be ${optionsOf(name)}, not ${shown(value)}`);
    return;
  }
  const { low, high } = parameter;
  const kind = parameter.whole ? 'a whole number' : 'a number';
  const right = typeof value === 'number' && Number.isFinite(value) && (!parameter.whole || Number.isInteger(value));
  if (!right || value < low || value > high)
    throw refusal(`${name} must be ${kind} from ${low} to ${high}, not ${shown(value)}`);
}

function numberOf(name: string, text: string): number {
  if (!isNumeric(text))
    throw refusal(`the range of ${name} goes from a number to a number, not “${text.slice(0, 40)}”`);
  return Number(text);
}

function isNumeric(text: string): boolean {
  return /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(text);
}

function optionsOf(name: string): string {
  return (SEARCH_PARAMETERS[name] as { options: readonly unknown[] }).options.join(' or ');
}

function shown(value: unknown): string {
  return (typeof value === 'string' ? `“${value}”` : (JSON.stringify(value) ?? 'nothing')).slice(0, 60);
}

function refusal(what: string, cause?: unknown): HeedError {
  return new HeedError('usage', `This search space cannot be searched: ${what}.`, { cause });
}
