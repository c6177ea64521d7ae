/** The end of an epoch; the same fields as the engine's event `train.epoch`. Accuracies run from 0 to 1. */
export interface TrainEpoch {
  readonly epoch: number;
  readonly epochs: number;
  readonly loss: number;
  readonly trainAccuracy: number;
  readonly validationLoss: number | null;
  readonly validationAccuracy: number | null;
  /** For each label of which there is a validation clip. */
  readonly validationPerLabel: Readonly<Record<string, number>> | null;
  /** Whether these weights are the best so far, and so the ones in the model file. */
  readonly best: boolean;
  readonly elapsedMs: number;
  readonly remainingMs: number;
}

/** Where long work stands; the same fields as the engine's event `progress`. */
export interface WorkProgress {
  readonly work:
    | 'train'
    | 'evaluate'
    | 'bench'
    | 'import'
    | 'export'
    | 'compare'
    | 'make-stream'
    | 'evaluate-stream'
    | 'calibrate'
    | 'lab';
  /** What is being done now, or a message, for people. */
  readonly stage: string;
  readonly done: number;
  readonly total: number;
  readonly remainingMs: number | null;
}

/** A file that was left out, and why. */
export interface SkippedFile {
  readonly file: string;
  readonly reason: string;
}

export type ProgressListener = (progress: WorkProgress) => void;

const REPORT_EVERY_MS = 250;

/** Reports the steps of one stage, at most four times a second, with the time left at the pace so far. */
export class StageProgress {
  readonly #work: WorkProgress['work'];
  readonly #stage: string;
  readonly #total: number;
  readonly #listener: ProgressListener;
  readonly #startedDone: number;
  readonly #startedMs = performance.now();
  #reportedMs = Number.NEGATIVE_INFINITY;

  /** @param startedDone  steps that were done before this run, which tell nothing of its pace */
  constructor(work: WorkProgress['work'], stage: string, total: number, listener: ProgressListener, startedDone = 0) {
    this.#work = work;
    this.#stage = stage;
    this.#total = total;
    this.#listener = listener;
    this.#startedDone = startedDone;
  }

  get elapsedMs(): number {
    return performance.now() - this.#startedMs;
  }

  remainingMs(done: number): number | null {
    const fresh = done - this.#startedDone;
    return fresh > 0 ? (this.elapsedMs / fresh) * (this.#total - done) : null;
  }

  report(done: number): void {
    const nowMs = performance.now();
    if (nowMs - this.#reportedMs < REPORT_EVERY_MS && done < this.#total) return;
    this.#reportedMs = nowMs;
    const remainingMs = this.remainingMs(done);
    this.#listener({ work: this.#work, stage: this.#stage, done, total: this.#total, remainingMs });
  }
}

/** A message among the progress. */
export function say(work: WorkProgress['work'], message: string, listener: ProgressListener): void {
  listener({ work, stage: message, done: 0, total: 0, remainingMs: null });
}
