import { median, samplesOf, type Samples } from './rounds.ts';

/** How a figure is given: items in a second, or the microseconds that one takes. */
export type Unit = 'per second' | 'microseconds';

/** One way in which another program was run. */
export interface Variant {
  readonly name: string;
  /** In the unit of the figure it stands beside. */
  readonly value: number;
}

/** Heed beside another program at the same job. */
export interface Comparison {
  readonly with: string;
  readonly version: string | null;
  /** How many times as fast Heed is as the other's best variant of the same round; the median over the rounds. */
  readonly ratio: number;
  readonly variants: Variant[];
}

/** The median over the rounds. */
export function figure(samples: Samples, key: string, unit: Unit): number {
  const seconds = median(samplesOf(samples, key));
  return unit === 'per second' ? 1 / seconds : 1e6 * seconds;
}

/** The median of what `value` makes of each round's samples of these keys. */
export function medianOfRounds(
  samples: Samples,
  keys: readonly string[],
  value: (...seconds: number[]) => number,
): number {
  const columns = keys.map((key) => samplesOf(samples, key));
  return median(columns[0]!.map((_, round) => value(...columns.map((column) => column[round]!))));
}

/** Compares the samples of `ours` with those of another program's variants, round by round. */
export function compare(
  samples: Samples,
  ours: string,
  peer: { readonly with: string; readonly version: string | null },
  variants: readonly { readonly name: string; readonly key: string }[],
  unit: Unit,
): Comparison {
  const keys = [ours, ...variants.map(({ key }) => key)];
  return {
    with: peer.with,
    version: peer.version,
    ratio: medianOfRounds(samples, keys, (own, ...others) => Math.min(...others) / own),
    variants: variants.map(({ name, key }) => ({ name, value: figure(samples, key, unit) })),
  };
}
