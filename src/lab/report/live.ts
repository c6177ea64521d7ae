import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { HeedError } from '../../errors.ts';
import { NEVER_FIRES } from '../../model/model.ts';
import { scoreTracks, type TrackedStream } from '../../streaming/posterior-track.ts';
import type { StreamScore } from '../../streaming/score-stream.ts';
import { evaluateFolder } from '../../training/evaluate-folder.ts';
import { readLeaveOut } from '../../training/leave-out.ts';
import { scanForWavFiles, scanLabelledFolder } from '../../training/scan-folder.ts';
import { loadTrackedStream } from '../streams/evaluate-stream.ts';
import { makeStream, type MakeStreamSettings } from '../streams/make-stream.ts';
import { percentage, type Figure } from './figure.ts';
import type { Measurement } from './measurement.ts';

/** Words over background, at signal-to-noise ratios in dB, and the share of them to be detected. */
const LEVELS = [
  { snrDb: 20, atLeast: 92 },
  { snrDb: 10, atLeast: 85 },
  { snrDb: 5, atLeast: 76 },
] as const;
const SEEDS = 3;
const WORD_EVERY_SECONDS = 2.5;
const OTHER_WORD_EVERY_SECONDS = 2;

/** Streams as a listener hears them, with the model's own thresholds: words over background, other words, talk, noises. */
export async function live(measurement: Measurement): Promise<Figure[]> {
  const folder = await mkdtemp(join(tmpdir(), 'heed-report-'));
  try {
    return [
      ...(await wordsOverBackground(measurement, folder)),
      ...(await otherWords(measurement, folder)),
      ...(await talkAndNoises(measurement, folder)),
    ];
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

type StreamKind = Partial<MakeStreamSettings> & Pick<MakeStreamSettings, 'folder'>;

/** Makes streams of one kind, one for each seed, and scores them together. */
async function heard(
  { model, compute, seed, short, onProgress, signal }: Measurement,
  out: string,
  kind: StreamKind,
  seeds = short ? 1 : SEEDS,
): Promise<StreamScore> {
  const streams: TrackedStream[] = [];
  for (let i = 0; i < seeds; i++) {
    const settings = { snrDb: 20, everySeconds: WORD_EVERY_SECONDS, ...kind, seed: seed + i, out: join(out, 'stream') };
    const files = await makeStream(settings, onProgress, signal);
    streams.push(await loadTrackedStream(files, 'evaluate-stream', model, compute, onProgress, signal));
  }
  return scoreTracks(streams, model.decision, model.labels);
}

async function wordsOverBackground(measurement: Measurement, out: string): Promise<Figure[]> {
  const { data, model, short, compute, onProgress, signal } = measurement;
  const folder = join(data, 'speech_commands', 'validation');
  const background = join(data, 'noise', 'background');
  const labels = model.labels.filter((_, i) => model.decision.thresholds[i]! < NEVER_FIRES);
  const figures: Figure[] = [];
  for (const { snrDb, atLeast } of LEVELS) {
    const minutes = short ? 4 : 20;
    const score = await heard(measurement, out, { folder, background, labels, minutes, snrDb });
    const id = `live.${snrDb}`;
    figures.push({
      ...{ id: `${id}.detected`, what: `words detected live at ${snrDb} dB`, unit: '%' },
      ...{ value: percentage(score.detectionRate ?? 0), atLeast },
    });
    if (snrDb !== LEVELS[0].snrDb) continue;
    const clips = await evaluateFolder({ folder, model, maxUnknown: 0, seed: 1 }, compute, onProgress, signal);
    figures.push(
      {
        ...{
          id: `${id}.gap`,
          what: 'clips of words heard right, less those detected at 20 dB',
          unit: 'points',
          atMost: 2,
        },
        value: percentage(clips.accuracy - (score.detectionRate ?? 0)),
      },
      {
        ...{ id: `${id}.wrong`, what: `words taken for others live at ${snrDb} dB`, unit: '%' },
        ...{ value: percentage(score.wrongRate ?? 0), atMost: 1.5 },
      },
      { id: `${id}.double`, what: 'words that fired twice', value: score.doubleFires, unit: 'times', atMost: 0 },
      {
        ...{ id: `${id}.latency.median`, what: 'from a word to its detection, median', unit: 'ms' },
        ...{ value: Math.round(score.medianLatencyMs ?? 0), atMost: 600 },
      },
      {
        ...{ id: `${id}.latency.p95`, what: 'from a word to its detection, 95th percentile', unit: 'ms' },
        ...{ value: Math.round(score.p95LatencyMs ?? 0), atMost: 900 },
      },
    );
  }
  return figures;
}

async function otherWords(measurement: Measurement, out: string): Promise<Figure[]> {
  const { data, model, short } = measurement;
  const background = join(data, 'noise', 'background');
  const figures: Figure[] = [];
  for (const [id, name, folder] of [
    ['english', 'other English words', join(data, 'speech_commands', 'validation')],
    ['arabic', 'Arabic words', join(data, 'few_shot', 'arabic')],
  ] as const) {
    const { clips } = await scanLabelledFolder(folder);
    const labels = [...new Set(clips.map(({ word }) => word))].filter((word) => !model.labels.includes(word));
    const kind = { folder, background, labels, minutes: short ? 4 : 20, everySeconds: OTHER_WORD_EVERY_SECONDS };
    const score = await heard(measurement, out, kind);
    figures.push({
      ...{ id: `live.other.${id}`, what: `${name} that fire`, unit: '%' },
      ...{ value: percentage(score.otherWordsFired ?? 0), atMost: 4 },
    });
  }
  return figures;
}

async function talkAndNoises(measurement: Measurement, out: string): Promise<Figure[]> {
  const { data, heldOut } = measurement;
  const list = heldOut === undefined ? undefined : await readLeaveOut([heldOut]);
  const figures: Figure[] = [];
  for (const [id, name, folder, atMost] of [
    ['sentences', 'sentences', join(data, 'speech', 'orders'), 12],
    ['phrases', 'phrases', join(data, 'speech', 'phrases'), 25],
    ['noises', 'noises', join(data, 'noise', 'everyday'), 2],
  ] as const) {
    const found = await scanForWavFiles(folder);
    const recordings = found.filter((path) => list?.has(basename(dirname(path)), basename(path)) ?? true);
    if (recordings.length === 0)
      throw new HeedError(
        'dataset',
        `Nothing in ${folder} was held out from training, so nothing is left to measure on.`,
      );
    const score = await heard(measurement, out, { folder, recordings }, 1);
    figures.push({
      ...{ id: `live.${id}`, what: `false accepts in ${name} (${(60 * score.hours).toFixed(0)} minutes)`, atMost },
      ...{ value: Math.round(10 * score.falseAcceptsPerHour) / 10, unit: 'an hour' },
    });
  }
  return figures;
}
