import { HEED_SAMPLE_RATE_HZ } from '../audio/sound.ts';

/** Where the word lies in a clip, by the energy above the clip's own noise; samples from the clip's start. */
export interface WordSpan {
  readonly start: number;
  /** By here a third of the word's energy was heard. */
  readonly firstThird: number;
  /** From here on a third of it is left. */
  readonly lastThird: number;
  readonly end: number;
}

/** Energy is summed over steps of this many samples: 10 ms. */
const STEP = HEED_SAMPLE_RATE_HZ / 100;
/** The share of all steps that is taken to be quieter than any speech. */
const NOISE_SHARE = 0.2;
/** What lies beyond these shares of the energy is taken for no part of the word. */
const TAIL_SHARE = 0.01;

/**
 * Finds the word within a window of a clip. What is quieter than the clip's own noise counts for nothing; where that
 * leaves nothing, the span is the whole window.
 *
 * @param samples  16 bit
 * @param windowStart  where to look
 * @param length  samples to look through
 */
export function findWordSpan(samples: Int16Array, windowStart: number, length: number): WordSpan {
  const end = Math.min(samples.length, windowStart + length);
  const steps = Math.max(1, Math.floor((end - windowStart) / STEP));
  const energies = new Float64Array(steps);
  for (let step = 0; step < steps; step++) {
    const from = windowStart + step * STEP;
    for (let i = from; i < Math.min(end, from + STEP); i++) energies[step]! += samples[i]! * samples[i]!;
  }
  const noise = Float64Array.from(energies).sort()[Math.floor(NOISE_SHARE * (steps - 1))]!;
  const above = energies.map((energy) => Math.max(0, energy - 2 * noise));
  const total = above.reduce((sum, energy) => sum + energy, 0);
  if (total === 0)
    return {
      start: windowStart,
      firstThird: windowStart + Math.round((end - windowStart) / 3),
      lastThird: windowStart + Math.round((2 * (end - windowStart)) / 3),
      end,
    };
  const reach = (share: number): number => {
    let sum = 0;
    let step = 0;
    while (step < steps && sum + above[step]! < share * total) sum += above[step++]!;
    return windowStart + step * STEP;
  };
  return {
    start: reach(TAIL_SHARE),
    firstThird: reach(1 / 3),
    lastThird: reach(2 / 3),
    end: Math.min(end, reach(1 - TAIL_SHARE) + STEP),
  };
}
