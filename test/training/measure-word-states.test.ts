import { describe, expect, it } from 'vitest';
import type { ExampleMaker } from '../../src/dataset/example-maker.ts';
import { DEFAULT_FEATURE_SETTINGS } from '../../src/features/settings.ts';
import type { Network } from '../../src/nn/network.ts';
import { measureWordStates } from '../../src/training/measure-word-states.ts';

const features = DEFAULT_FEATURE_SETTINGS;
const exampleLength = features.windowFrames * features.coefficients;
const normaliser = {
  mean: new Float32Array(features.coefficients),
  deviation: new Float32Array(features.coefficients).fill(1),
};

/** The states of each clip's windows: every window of a clip is alike, but for a little. */
const CLIP_STATES = [
  [5, 0], // is heard as the first word
  [0, 5], // as the second
  [0.1, 0], // as neither for sure
];

const maker: ExampleMaker = {
  make(clips, _epoch, first, out) {
    clips.forEach((clip, i) => {
      const [a, b] = CLIP_STATES[clip]!;
      out.set([a! + ((first + i) % 2) * 0.1, b!], i * exampleLength);
    });
    return Promise.resolve();
  },
};
/** Its state is what its first frame begins with. */
const network = {
  shape: { classCount: 2 },
  forwardAsync: ({ inputs }: { inputs: Float32Array }) =>
    Promise.resolve(
      Float32Array.from(
        { length: (2 * inputs.length) / exampleLength },
        (_, i) => inputs[(i >> 1) * exampleLength + (i & 1)]!,
      ),
    ),
} as unknown as Network;

const measure = (clips: readonly number[]) =>
  measureWordStates({
    ...{ network, maker, normaliser, features, seed: 1, onProgress: () => {} },
    // Labels: `_unknown_` first, likeliest where a state is near zero.
    head: { weights: [0, 0, 1, 0, 0, 1], bias: [2, 0, 0] },
    words: [
      { label: 'one', index: 1, clips },
      { label: 'two', index: 2, clips: [1] },
    ],
  });

describe('the measurement of words as they are heard', () => {
  it('counts the windows in which the right word is heard, and no others', async () => {
    const words = (await measure([0, 1, 2]))!;
    expect(words.labels).toEqual(['one', 'two']);
    expect(words.means[0]).toBeCloseTo(5.05, 1);
    expect(words.means[1]).toBeCloseTo(0, 5);
    expect(words.means[3]).toBeCloseTo(5, 5);
  });

  it('leaves out a word that is never heard', async () => {
    expect((await measure([1, 2]))!.labels).toEqual(['two']);
  });
});
