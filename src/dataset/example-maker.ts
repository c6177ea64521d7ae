import type { FrameExtractor } from '../features/frame-extractor.ts';
import { clipFrames } from '../features/clip-features.ts';
import { normaliseFrames } from '../features/normaliser.ts';
import { windowLength } from '../features/settings.ts';
import type { Normaliser } from '../model/model.ts';
import { createRandom } from '../random.ts';
import { augmentClip, type AugmentSettings } from './augment/augment.ts';
import { maskTime } from './augment/time-mask.ts';
import type { Background } from './background.ts';
import type { Clip } from './clip.ts';
import { MADE_SILENCE } from './epoch-draw.ts';
import { makeSilence } from './silence.ts';

/** What examples are made of. */
export interface ExampleSource {
  readonly clips: readonly Clip[];
  /** For each clip, whether any window of it will do (`_unknown_`), or only the one with the word. */
  readonly anywhere: readonly boolean[];
  readonly background: Background;
  readonly augment: AugmentSettings;
  readonly extractor: FrameExtractor;
  readonly normaliser: Normaliser;
  readonly seed: number;
}

/**
 * Turns drawn clips into normalised features. Each example has random numbers of its own, named by seed, epoch and
 * position: it does not matter in which order examples are made, nor in which run.
 */
export interface ExampleMaker {
  /**
   * @param clip  index of the clip, or MADE_SILENCE
   * @param out  `[windowFrames, coefficients]`
   */
  make(clip: number, epoch: number, position: number, out: Float32Array): void;
}

export function createExampleMaker(source: ExampleSource): ExampleMaker {
  const { settings } = source.extractor;
  const samples = new Float32Array(windowLength(settings));
  const noise = new Float32Array(samples.length);
  return {
    make(clip, epoch, position, out) {
      const random = createRandom(source.seed, `example ${position} of epoch ${epoch}`);
      if (clip === MADE_SILENCE) makeSilence(source.background, random, samples);
      else {
        const anywhere = source.anywhere[clip]!;
        augmentClip(source.clips[clip]!, anywhere, source.background, source.augment, random, noise, samples);
      }
      normaliseFrames(clipFrames(samples, source.extractor).values, source.normaliser, out);
      if (random.next() < source.augment.timeMaskProbability)
        maskTime(out, settings.coefficients, source.augment.timeMaskFrames, random);
    },
  };
}
