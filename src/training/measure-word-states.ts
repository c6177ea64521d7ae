import type { AugmentSettings } from '../dataset/augment/augment.ts';
import { drawEvenly } from '../dataset/epoch-draw.ts';
import { WordStateSums, type WordStates } from '../model/word-states.ts';
import { softmaxRows } from '../nn/softmax.ts';
import { createRandom } from '../random.ts';
import { statesOfExamples, type StateSource } from './states-of-examples.ts';

/**
 * Words as a listener hears them: somewhere in the window, or partly outside it, over noise; whole, and as they were said.
 * Training varies them more, and what strays as far as that would not be doubted.
 */
export const LIVE_AUGMENT_SETTINGS: AugmentSettings = Object.freeze({
  shiftMs: [-450, 450],
  anyPlaceProbability: 0,
  neighbourProbability: 0,
  playbackRate: [1, 1],
  gainDb: [-10, 0],
  tilt: [0, 0],
  lowPassProbability: 0,
  lowPassHz: [2500, 7000],
  backgroundProbability: 1,
  snrDb: [5, 22],
  ditherProbability: 0.5,
  noisePlaybackRate: 1,
  timeMaskProbability: 0,
  timeMaskFrames: 0,
} as const);

/** Its maker makes windows by LIVE_AUGMENT_SETTINGS. */
export interface WordStateMeasurement extends StateSource {
  /** The head above the states, of the model's labels: `[labels, H]` and `[labels]`. */
  readonly head: { readonly weights: ArrayLike<number>; readonly bias: ArrayLike<number> };
  /** Each word with its place among the labels, and its clips. */
  readonly words: readonly { readonly label: string; readonly index: number; readonly clips: readonly number[] }[];
  readonly seed: number;
}

/** Fewer make each word's own states look nearer to its mean than others will be. */
const WINDOWS_PER_WORD = 5000;
/** Few clips tell nothing new in further windows. */
const WINDOWS_PER_CLIP = 8;
/** A word counts as heard in a window where it is the likeliest of the words, and at least as likely as this. */
const HEARD_POSTERIOR = 0.3;
/** Names the examples; no epoch of a run has this number. */
const MEASURING_EPOCH = -2;

/** Measures how the words are heard live; undefined where none of them is heard. */
export async function measureWordStates(measurement: WordStateMeasurement): Promise<WordStates | undefined> {
  const { network, head, words, seed } = measurement;
  const size = network.shape.classCount;
  const random = createRandom(seed, 'windows in which words are heard');
  const drawn = words.map(({ clips }) =>
    drawEvenly([clips], Math.min(WINDOWS_PER_WORD, WINDOWS_PER_CLIP * clips.length), random),
  );
  const entries = Int32Array.from(drawn.flat());
  const wordOf = Int32Array.from(drawn.flatMap((windows, word) => windows.map(() => word)));
  const sums = new WordStateSums(
    words.map(({ label }) => label),
    size,
  );
  const hear = (states: Float32Array, first: number): void => {
    const posteriors = softmaxRows(logitsOf(states, head), head.bias.length);
    for (let i = 0; i < states.length / size; i++) {
      const word = wordOf[first + i]!;
      const of = (which: number): number => posteriors[i * head.bias.length + words[which]!.index]!;
      if (of(word) < HEARD_POSTERIOR || words.some((_, other) => of(other) > of(word))) continue;
      sums.add(word, states.subarray(i * size, (i + 1) * size));
    }
  };
  await statesOfExamples(measurement, entries, MEASURING_EPOCH, 'Measuring how words are heard live', hear);
  return sums.summarise();
}

/** @param states `[examples, H]` @returns `[examples, labels]` */
function logitsOf(states: Float32Array, { weights, bias }: WordStateMeasurement['head']): Float32Array {
  const [labels, size] = [bias.length, weights.length / bias.length];
  const logits = new Float32Array((states.length / size) * labels);
  for (let at = 0, x = 0; at < logits.length; x += size)
    for (let label = 0; label < labels; label++, at++) {
      let sum = bias[label]!;
      for (let j = 0; j < size; j++) sum += weights[label * size + j]! * states[x + j]!;
      logits[at] = sum;
    }
  return logits;
}
