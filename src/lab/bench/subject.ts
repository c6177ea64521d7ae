import type { Samples, RoundPart } from './rounds.ts';

/** One thing that is measured: the parts it adds to each round, and what it makes of their samples. */
export interface Subject<Report> {
  readonly parts: readonly RoundPart[];
  report(samples: Samples): Report;
  /** Frees what it holds outside JavaScript's memory. */
  close?(): Promise<void>;
}
