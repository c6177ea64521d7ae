import { SILENCE_DBFS } from './level.ts';

/** A stretch of a sound, in samples: [start, end). */
export interface Stretch {
  readonly start: number;
  readonly end: number;
}

export interface SilenceCutSettings {
  /** A pause this long ends a take; shorter ones belong to it, such as the closure before a plosive. */
  readonly pauseMs: number;
  /** What is louder than the background for less than this is a click, not a take. */
  readonly shortestMs: number;
  /** So much of the quiet before and after is kept, for soft beginnings and ends. */
  readonly paddingMs: number;
}

export const DEFAULT_SILENCE_CUT: SilenceCutSettings = { pauseMs: 250, shortestMs: 80, paddingMs: 150 };

const FRAME_MS = 10;
/** Speech must stand out of its background by at least this much. */
const LEAST_CONTRAST_DB = 9;
/** How far from the background's level up to the speech's the border lies. */
const BORDER = 0.35;

/**
 * The stretches of a recording in which something is said: one for each take.
 *
 * The level of frames of 10 ms is compared with a border between that of the background (their 10th percentile) and
 * that of the speech (their 97th): 35 % of the way up, and at least 6 dB above the background. Takes that a pause parts
 * get the quiet around them as padding, at most up to the middle of the pause.
 *
 * @param samples  one channel, full scale ±1
 * @returns in order, not overlapping; empty where nothing stands out of the background
 */
export function cutAtSilences(
  samples: Float32Array,
  sampleRateHz: number,
  settings: SilenceCutSettings = DEFAULT_SILENCE_CUT,
): Stretch[] {
  const frameLength = Math.round((sampleRateHz * FRAME_MS) / 1000);
  const levels = frameLevels(samples, frameLength);
  const border = borderDb(levels);
  if (border === undefined) return [];
  const frames = (ms: number): number => Math.max(1, Math.round(ms / FRAME_MS));
  const loud = joinAcrossPauses(loudRuns(levels, border), frames(settings.pauseMs)).filter(
    ({ start, end }) => end - start >= frames(settings.shortestMs),
  );
  const padding = Math.round((sampleRateHz * settings.paddingMs) / 1000);
  const stretches = loud.map(({ start, end }) => ({
    start: start * frameLength,
    end: Math.min(samples.length, end * frameLength),
  }));
  return stretches.map(({ start, end }, i) => {
    const before = stretches[i - 1]?.end;
    const after = stretches[i + 1]?.start;
    return {
      start: Math.max(before === undefined ? 0 : Math.ceil((before + start) / 2), start - padding),
      end: Math.min(after === undefined ? samples.length : Math.ceil((end + after) / 2), end + padding),
    };
  });
}

/** The RMS of each frame in dBFS, `[frames]`; the last frame may be shorter. */
function frameLevels(samples: Float32Array, frameLength: number): Float32Array {
  const levels = new Float32Array(Math.ceil(samples.length / frameLength));
  for (let frame = 0; frame < levels.length; frame++) {
    const start = frame * frameLength;
    const end = Math.min(samples.length, start + frameLength);
    let squares = 0;
    for (let i = start; i < end; i++) squares += samples[i]! * samples[i]!;
    levels[frame] = Math.max(SILENCE_DBFS, 10 * Math.log10(squares / (end - start)));
  }
  return levels;
}

/** The level that parts speech from background; undefined where there is nothing to part. */
function borderDb(levels: Float32Array): number | undefined {
  if (levels.length === 0) return undefined;
  const sorted = levels.slice().sort();
  const at = (share: number): number => sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))]!;
  const speech = at(0.97);
  // Digital silence between takes says nothing about where speech begins: nothing below −70 dBFS is heard anyway.
  const background = Math.max(-70, at(0.1));
  if (speech - background < LEAST_CONTRAST_DB) return undefined;
  return background + Math.max(6, BORDER * (speech - background));
}

function loudRuns(levels: Float32Array, border: number): Stretch[] {
  const runs: Stretch[] = [];
  let start = -1;
  for (let frame = 0; frame <= levels.length; frame++) {
    const loud = frame < levels.length && levels[frame]! >= border;
    if (loud && start < 0) start = frame;
    if (!loud && start >= 0) {
      runs.push({ start, end: frame });
      start = -1;
    }
  }
  return runs;
}

function joinAcrossPauses(runs: readonly Stretch[], pause: number): Stretch[] {
  const joined: Stretch[] = [];
  for (const run of runs) {
    const last = joined.at(-1);
    if (last && run.start - last.end < pause) joined[joined.length - 1] = { start: last.start, end: run.end };
    else joined.push(run);
  }
  return joined;
}
