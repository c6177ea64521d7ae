/** The rate, in Hz, at which everything inside Heed runs. */
export const HEED_SAMPLE_RATE_HZ = 16_000;

/** One channel of sound. Full scale is ±1; values may exceed it (floating-point files do). */
export interface Sound {
  /** `[samples]` */
  readonly samples: Float32Array;
  readonly sampleRateHz: number;
}
