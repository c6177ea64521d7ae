import { writeAtomically } from '../../atomic-write.ts';
import type { CancelSignal } from '../../cancel.ts';
import type { Compute } from '../../training/compute.ts';
import type { ProgressListener } from '../../training/progress.ts';
import { drawPlot } from '../../plots/draw-plot.ts';
import type { Plot } from '../../plots/plot.ts';

/** What a column of an experiment's table says. */
export interface Column {
  /** Stays the same from version to version; the name of the figure in JSON. */
  readonly key: string;
  readonly label: string;
  readonly unit: '%' | '°C' | 'points' | 'steps' | '';
  readonly decimals: number;
}

/** What one method came to; null where there is nothing to measure, with the reason in `remark`. */
export interface Row {
  readonly name: string;
  readonly figures: Readonly<Record<string, number | null>>;
  readonly remark?: string;
}

/** The outcome of a worked example: a table, what it says in sentences, and a picture of it. */
export interface Experiment {
  readonly title: string;
  readonly columns: readonly Column[];
  readonly rows: readonly Row[];
  /** Findings, a sentence each. */
  readonly findings: readonly string[];
  readonly plot: Plot;
}

/** What every experiment is run with. */
export interface Laboratory {
  readonly compute: Compute;
  readonly onProgress: ProgressListener;
  readonly signal: CancelSignal;
}

/** Draws an experiment's picture into a file where one is named. @throws {HeedError} file-unwritable */
export async function savePlot(plot: Plot, file: string | undefined): Promise<void> {
  if (file !== undefined) await writeAtomically(file, drawPlot(plot));
}
