import type { UnderstandClip } from '../../src/engine/contract/understand-schemas.ts';

/** The one time axis of a score sheet: the window that the model hears. */
export interface TimeAxis {
  readonly durationMs: number;
  readonly frames: number;
  readonly hopMs: number;
  /** Where the first frame's column begins: each column is a hop wide, around the middle of its frame. */
  readonly firstColumnMs: number;
}

export function timeAxisOf(
  clip: Pick<UnderstandClip, 'samples' | 'sampleRateHz' | 'frames' | 'hopMs' | 'frameMs'>,
): TimeAxis {
  const { samples, sampleRateHz, frames, hopMs, frameMs } = clip;
  return {
    durationMs: (1000 * samples.length) / sampleRateHz,
    frames,
    hopMs,
    firstColumnMs: (frameMs - hopMs) / 2,
  };
}

/** The frame in whose column a moment lies; the first or last one beside them. */
export function frameAt({ frames, hopMs, firstColumnMs }: TimeAxis, timeMs: number): number {
  return Math.max(0, Math.min(frames - 1, Math.floor((timeMs - firstColumnMs) / hopMs)));
}

/** The middle of a frame's column, as a share of the axis. */
export function frameShare({ durationMs, hopMs, firstColumnMs }: TimeAxis, frame: number): number {
  return (firstColumnMs + (frame + 0.5) * hopMs) / durationMs;
}
