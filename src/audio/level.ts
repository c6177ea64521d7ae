/** The level of digital silence, and the lowest that is ever reported: below what 16 bits can hold. */
export const SILENCE_DBFS = -120;

/** The largest absolute value, in dB below full scale (±1 is 0 dBFS); {@link SILENCE_DBFS} for silence. */
export function peakDbfs(samples: Float32Array): number {
  let peak = 0;
  for (let i = 0; i < samples.length; i++) peak = Math.max(peak, Math.abs(samples[i]!));
  return dbfs(peak);
}

/**
 * Root mean square, in dB relative to a constant ±1: a full-scale square wave has 0 dBFS, a full-scale sine −3.01.
 * {@link SILENCE_DBFS} for silence and for no samples at all.
 */
export function rmsDbfs(samples: Float32Array): number {
  return dbfs(rootMeanSquare(samples));
}

/** Root mean square, in the samples' own unit; 0 of no samples at all. */
export function rootMeanSquare(samples: Float32Array | Int16Array): number {
  let squares = 0;
  for (let i = 0; i < samples.length; i++) squares += samples[i]! * samples[i]!;
  return Math.sqrt(squares / Math.max(1, samples.length));
}

function dbfs(amplitude: number): number {
  return Math.max(SILENCE_DBFS, 20 * Math.log10(amplitude));
}

/**
 * Where the loudest window begins: of the starts 0, hop, 2·hop, …, and the last possible one, that whose window has the
 * most energy; the earliest of equals. 0 where the sound is no longer than the window.
 *
 * @param length  samples in the window
 * @param hop  samples from one candidate to the next
 */
export function loudestWindowStart(samples: Float32Array, length: number, hop: number): number {
  const lastStart = samples.length - length;
  if (lastStart <= 0) return 0;
  let best = 0;
  let bestEnergy = -1;
  let energy = 0;
  // The window [from, to) of which `energy` is the sum; it only ever moves to the right.
  let from = 0;
  let to = 0;
  for (let candidate = 0; candidate < lastStart + hop; candidate += hop) {
    const start = Math.min(candidate, lastStart);
    for (; to < start + length; to++) energy += samples[to]! * samples[to]!;
    for (; from < start; from++) energy -= samples[from]! * samples[from]!;
    if (energy > bestEnergy) {
      best = start;
      bestEnergy = energy;
    }
  }
  return best;
}
