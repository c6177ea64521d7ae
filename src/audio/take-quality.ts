import { rmsDbfs } from './level.ts';
import { HEED_SAMPLE_RATE_HZ } from './sound.ts';

/** What can be wrong with a recording of a word. */
export type TakeFlaw = 'clipped' | 'too-quiet' | 'cut-off' | 'too-noisy';

const FRAME_LENGTH = HEED_SAMPLE_RATE_HZ / 100;
/** Samples in a row at this level are the top of a wave that did not fit. */
const CLIPPED = 0.985;
const CLIPPED_IN_A_ROW = 3;
const CLIPPED_TIMES = 2;
/** Speech at a usual distance has −30 to −15 dBFS. */
const TOO_QUIET_DB = -42;
/** Below this, words are hard to tell apart even for people. */
const LEAST_SIGNAL_TO_NOISE_DB = 10;
/** An edge this near to the speech's level is in the middle of a word. */
const CUT_OFF_BELOW_SPEECH_DB = 12;
const EDGE_FRAMES = 3;

/**
 * What is wrong with a take, as far as its sound alone tells: in frames of 10 ms, speech is the 95th percentile of their
 * level and noise the 10th.
 *
 * @param samples  16 kHz, full scale ±1
 */
export function takeFlaws(samples: Float32Array): TakeFlaw[] {
  const levels: number[] = [];
  for (let start = 0; start + FRAME_LENGTH <= samples.length; start += FRAME_LENGTH)
    levels.push(rmsDbfs(samples.subarray(start, start + FRAME_LENGTH)));
  if (levels.length === 0) return ['too-quiet'];
  const sorted = levels.slice().sort((a, b) => a - b);
  const at = (share: number): number => sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))]!;
  const [speech, noise] = [at(0.95), at(0.1)];

  const flaws: TakeFlaw[] = [];
  if (isClipped(samples)) flaws.push('clipped');
  if (speech < TOO_QUIET_DB) return [...flaws, 'too-quiet'];
  if (speech - noise < LEAST_SIGNAL_TO_NOISE_DB) return [...flaws, 'too-noisy'];
  const edges = [levels.slice(0, EDGE_FRAMES), levels.slice(-EDGE_FRAMES)];
  if (edges.some((edge) => Math.min(...edge) > speech - CUT_OFF_BELOW_SPEECH_DB)) flaws.push('cut-off');
  return flaws;
}

function isClipped(samples: Float32Array): boolean {
  let row = 0;
  let times = 0;
  for (let i = 0; i < samples.length; i++) {
    row = Math.abs(samples[i]!) >= CLIPPED ? row + 1 : 0;
    if (row === CLIPPED_IN_A_ROW) times++;
  }
  return times >= CLIPPED_TIMES;
}
