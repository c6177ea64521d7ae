import { peakDbfs } from '../../audio/level.ts';
import { cutAtSilences } from '../../audio/silence-cut.ts';
import type { Sound } from '../../audio/sound.ts';
import { BACKGROUND_FOLDER } from '../../dataset/labels.ts';

/** A part of a recording that would become a take. */
export interface Part {
  readonly startMs: number;
  readonly endMs: number;
  /** What is odd about it, in sentences. */
  readonly warnings: readonly string[];
  /** Whether it is chosen until somebody says otherwise. */
  readonly included: boolean;
}

/** What a recording holds: takes, or the reason why there are none. */
export type Examination = { readonly parts: readonly Part[] } | { readonly reason: string };

/** Below this there is no spoken word; the shortest in Speech Commands last about 200 ms. */
const SHORTEST_MS = 100;
/** A longer recording is cut at its silences. */
export const LONGEST_TAKE_MS = 2500;
/** Sixteen bits end at −90 dBFS; a microphone's own noise lies above this. */
const SILENT_DBFS = -75;

/**
 * Looks at a recording: a short one is a take; a long one is cut at its silences, save for background noise, which is
 * kept as it is.
 *
 * @param label  its word as far as it is known
 * @param partMs  where something else says which part counts: it is taken uncut
 * @param warnings  what was odd about the file itself
 */
export function examineSound(
  { samples, sampleRateHz }: Sound,
  label: string | null,
  partMs: { readonly start: number; readonly end: number } | undefined,
  warnings: readonly string[],
): Examination {
  const durationMs = (1000 * samples.length) / sampleRateHz;
  if (durationMs < SHORTEST_MS) return { reason: `It lasts only ${Math.round(durationMs)} ms, too short for a word.` };
  const notFinite = samples.findIndex((sample) => !Number.isFinite(sample));
  if (notFinite !== -1) return { reason: `Its sample ${notFinite} is no number, so nothing of it was used.` };
  if (peakDbfs(samples) < SILENT_DBFS) return { reason: 'It holds nothing but silence.' };
  const whole = { startMs: 0, endMs: durationMs, warnings, included: true };
  if (partMs) {
    const endMs = Math.min(durationMs, partMs.end);
    if (endMs - partMs.start < SHORTEST_MS)
      return { reason: `It ends at ${(durationMs / 1000).toFixed(1)} s, before the part that counts.` };
    return { parts: [{ ...whole, startMs: partMs.start, endMs }] };
  }
  if (label === BACKGROUND_FOLDER || durationMs <= LONGEST_TAKE_MS) return { parts: [whole] };
  const parts = cutAtSilences(samples, sampleRateHz).map(({ start, end }): Part => {
    const [startMs, endMs] = [(1000 * start) / sampleRateHz, (1000 * end) / sampleRateHz];
    const seconds = ((endMs - startMs) / 1000).toFixed(1);
    return endMs - startMs <= LONGEST_TAKE_MS
      ? { startMs, endMs, warnings, included: true }
      : {
          startMs,
          endMs,
          warnings: [...warnings, `There is no pause in these ${seconds} s: more than one word may be in them.`],
          included: false,
        };
  });
  if (parts.length > 0) return { parts };
  return {
    reason: `In its ${(durationMs / 1000).toFixed(1)} s nothing stands out of the background; if it is background noise, put it into a folder named ${BACKGROUND_FOLDER}.`,
  };
}
