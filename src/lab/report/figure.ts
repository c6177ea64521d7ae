/** One measured figure of a report. */
export interface Figure {
  /** Stays the same from version to version: `few-shot.5.mean`. */
  readonly id: string;
  /** For people: "5 takes of 20 words, mean of 15 speakers". */
  readonly what: string;
  readonly value: number;
  /** The values of single seeds, where it is their mean. */
  readonly seeds?: readonly number[];
  readonly unit: '%' | 'points' | 's' | 'ms' | 'times' | 'an hour';
  /** The project's goal for it, where there is one. */
  readonly atLeast?: number | undefined;
  readonly atMost?: number | undefined;
}

export function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** Percent to two decimals, so that a report reads the same on any machine. */
export function percentage(share: number): number {
  return Math.round(10_000 * share) / 100;
}
