import { HeedError } from '../../errors.ts';
import type { Model } from '../../model/model.ts';
import { adaptModel } from '../../training/finetune/adapt.ts';
import type { Take } from '../../training/finetune/adaptation-set.ts';
import { StageProgress } from '../../training/progress.ts';
import type { Measurement } from './measurement.ts';
import type { ReportRecordings } from './recordings.ts';

/** What a protocol works with. */
export interface Protocol extends Measurement {
  readonly recordings: ReportRecordings;
  /** The speakers it is run for, each as one user. */
  readonly speakers: readonly string[];
}

/** Fine-tunes a model on takes as `heed finetune` does. @throws {HeedError} cancelled, and what fine-tuning says */
export async function adapted(from: Model, takes: readonly Take[], protocol: Protocol): Promise<Model> {
  const { recordings, seed, compute, signal } = protocol;
  const set = { takes, validation: [], background: recordings.background };
  const { model } = await adaptModel(from, set, { seed }, { onEpoch: () => {} }, signal, compute);
  if (signal.aborted) throw new HeedError('cancelled', 'The report was stopped; nothing was changed.');
  return model;
}

/** Tells how many of so many runs are done. */
export function countRuns({ onProgress }: Protocol, what: string, total: number): () => void {
  const stage = new StageProgress('evaluate', what, total, onProgress);
  let done = 0;
  return () => stage.report(++done);
}
