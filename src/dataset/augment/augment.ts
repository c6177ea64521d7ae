/** How far training strays from the recordings. Pairs are the ends of a range that is drawn from evenly. */
export interface AugmentSettings {
  readonly shiftMs: readonly [number, number];
  /** How often the word lies anywhere in the window, as long as it is whole. */
  readonly anyPlaceProbability: number;
  /** How often another clip is heard beyond the clip's ends, as in running speech; else there is only background. */
  readonly neighbourProbability: number;
  readonly playbackRate: readonly [number, number];
  readonly gainDb: readonly [number, number];
  readonly tilt: readonly [number, number];
  readonly lowPassProbability: number;
  readonly lowPassHz: readonly [number, number];
  readonly backgroundProbability: number;
  readonly snrDb: readonly [number, number];
  readonly ditherProbability: number;
  /** Where nobody speaks, noise is played faster or slower by up to this factor: so few recordings become many. */
  readonly noisePlaybackRate: number;
  readonly timeMaskProbability: number;
  readonly timeMaskFrames: number;
}

export const DEFAULT_AUGMENT_SETTINGS: AugmentSettings = Object.freeze({
  shiftMs: [-100, 100],
  anyPlaceProbability: 0.3, // a listener's window slides over the word
  neighbourProbability: 0.5,
  playbackRate: [0.85, 1.18], // voices between a child's and a bass's, slow and fast
  gainDb: [-15, 6],
  tilt: [-0.3, 0.3], // ±5 dB between bass and treble
  lowPassProbability: 0.2,
  lowPassHz: [2500, 7000], // hides what tells a codec, or a rebuilt take, from a recording
  backgroundProbability: 0.8,
  snrDb: [3, 30],
  ditherProbability: 0.5,
  noisePlaybackRate: 1.6,
  timeMaskProbability: 0.5,
  timeMaskFrames: 15, // shorter than any vowel that tells two words apart
} as const);
