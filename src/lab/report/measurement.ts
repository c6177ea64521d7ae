import type { CancelSignal } from '../../cancel.ts';
import type { Model } from '../../model/model.ts';
import type { Compute } from '../../training/compute.ts';
import type { ProgressListener } from '../../training/progress.ts';

/** What every section of a report is given. */
export interface Measurement {
  /** The folder of all recordings. */
  readonly data: string;
  /** A list (see `readLeaveOut`) of what the model was not trained on: of talk and noises only that is measured. */
  readonly heldOut: string | undefined;
  readonly model: Model;
  /** Fewer speakers, shorter streams, one seed. */
  readonly short: boolean;
  readonly seed: number;
  readonly compute: Compute;
  readonly onProgress: ProgressListener;
  readonly signal: CancelSignal;
}
