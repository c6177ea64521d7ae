import type { CancelSignal } from '../../cancel.ts';
import type { Model } from '../../model/model.ts';
import type { Compute } from '../../training/compute.ts';
import type { ProgressListener } from '../../training/progress.ts';
import type { Figure } from './figure.ts';
import { clips } from './clips.ts';
import { cost } from './cost.ts';
import { fewShot } from './few-shot.ts';
import { forgetting } from './forgetting.ts';
import { live } from './live.ts';
import type { Measurement } from './measurement.ts';
import { negatives } from './negatives.ts';
import { overSeeds } from './over-seeds.ts';
import type { Protocol } from './protocol.ts';
import { readRecordings } from './recordings.ts';

/** The parts of a report, each a protocol on recordings. */
const OF_STREAMS_AND_CLIPS = { clips, live } as const;
const OF_TAKES = { 'few-shot': fewShot, forgetting, negatives, cost } as const;
export type ReportSection = keyof typeof OF_STREAMS_AND_CLIPS | keyof typeof OF_TAKES;

export interface ReportSettings {
  /** The folder of all recordings. */
  readonly data: string;
  /** A list of what the model was not trained on. */
  readonly heldOut?: string | undefined;
  readonly model: Model;
  readonly sections: readonly ReportSection[];
  /** Three speakers, and not all of them; one seed. */
  readonly short: boolean;
  readonly seed: number;
}

const SHORT_SPEAKERS = 3;
/** Fine-tuning draws at random: a full report does it with so many seeds. */
const SEEDS = 3;

/** Measures a model by the protocols asked for. @throws {HeedError} file-missing, dataset; cancelled */
export async function runReport(
  { data, heldOut, model, sections, short, seed }: ReportSettings,
  compute: Compute,
  onProgress: ProgressListener,
  signal: CancelSignal,
): Promise<Figure[]> {
  const measurement: Measurement = { data, heldOut, model, short, seed, compute, onProgress, signal };
  let protocol: Protocol | undefined;
  const figures: Figure[] = [];
  for (const section of sections) {
    if (section === 'clips' || section === 'live') figures.push(...(await OF_STREAMS_AND_CLIPS[section](measurement)));
    else {
      const takes = (protocol ??= await protocolOf(measurement));
      // What something costs does not depend on the seed.
      const seeds = Array.from({ length: short || section === 'cost' ? 1 : SEEDS }, (_, i) => seed + i);
      figures.push(...(await overSeeds(seeds, (seed) => OF_TAKES[section]({ ...takes, seed }))));
    }
  }
  return figures;
}

/** Reads the takes that the protocols of few takes share. */
async function protocolOf(measurement: Measurement): Promise<Protocol> {
  const { data, model, seed, short, onProgress, signal } = measurement;
  const recordings = await readRecordings(data, model, seed, onProgress, signal);
  const every = Math.max(1, Math.floor(recordings.speakers.length / SHORT_SPEAKERS));
  const speakers = short
    ? recordings.speakers.filter((_, i) => i % every === 0).slice(0, SHORT_SPEAKERS)
    : recordings.speakers;
  return { ...measurement, recordings, speakers };
}
