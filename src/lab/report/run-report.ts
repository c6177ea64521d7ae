import type { CancelSignal } from '../../cancel.ts';
import type { Model } from '../../model/model.ts';
import type { Compute } from '../../training/compute.ts';
import type { ProgressListener } from '../../training/progress.ts';
import type { Figure } from './figure.ts';
import { fewShot } from './few-shot.ts';
import { forgetting } from './forgetting.ts';
import { negatives } from './negatives.ts';
import { readRecordings } from './recordings.ts';

/** The parts of a report, each a protocol on recordings. */
const SECTIONS = { 'few-shot': fewShot, forgetting, negatives } as const;
export type ReportSection = keyof typeof SECTIONS;

export interface ReportSettings {
  /** The folder of all recordings. */
  readonly data: string;
  readonly model: Model;
  readonly sections: readonly ReportSection[];
  /** Three speakers, and not all of them. */
  readonly short: boolean;
  readonly seed: number;
}

const SHORT_SPEAKERS = 3;

/** Measures a model by the protocols asked for. @throws {HeedError} file-missing, dataset; cancelled */
export async function runReport(
  { data, model, sections, short, seed }: ReportSettings,
  compute: Compute,
  onProgress: ProgressListener,
  signal: CancelSignal,
): Promise<Figure[]> {
  const recordings = await readRecordings(data, model, seed, onProgress, signal);
  const every = Math.max(1, Math.floor(recordings.speakers.length / SHORT_SPEAKERS));
  const speakers = short
    ? recordings.speakers.filter((_, i) => i % every === 0).slice(0, SHORT_SPEAKERS)
    : recordings.speakers;
  const figures: Figure[] = [];
  for (const section of sections)
    figures.push(...(await SECTIONS[section]({ model, recordings, speakers, seed, compute, onProgress, signal })));
  return figures;
}
