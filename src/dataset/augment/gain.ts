/** The factor on amplitudes that a level in dB stands for. */
export function amplitudeRatio(levelDb: number): number {
  return 10 ** (levelDb / 20);
}

/** Makes `samples` louder or softer, in place; what exceeds full scale is clipped, as a sound card does. */
export function applyGain(samples: Float32Array, gainDb: number): void {
  const factor = amplitudeRatio(gainDb);
  for (let i = 0; i < samples.length; i++) samples[i] = Math.max(-1, Math.min(1, samples[i]! * factor));
}
