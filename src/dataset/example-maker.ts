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
  readonly seed: number;
}

/**
 * Turns drawn clips into variations of them, as features. Each example has random numbers of its own, named by seed,
 * epoch and position: it does not matter in which order examples are made, nor in which run.
 */
export class ExampleMaker {
  readonly #source: ExampleSource;
  readonly #samples: Float32Array;
  readonly #noise: Float32Array;

  constructor(source: ExampleSource) {
    this.#source = source;
    this.#samples = new Float32Array(windowLength(source.extractor.settings));
    this.#noise = new Float32Array(this.#samples.length);
  }

  /**
   * The features of one example, `[windowFrames, coefficients]`, not normalised.
   * @param clip  index of the clip, or MADE_SILENCE
   */
  features(clip: number, epoch: number, position: number): Float32Array {
    const { clips, anywhere, background, augment, extractor, seed } = this.#source;
    const random = createRandom(seed, `example ${position} of epoch ${epoch}`);
    if (clip === MADE_SILENCE) makeSilence(background, random, this.#samples);
    else augmentClip(clips[clip]!, anywhere[clip]!, background, augment, random, this.#noise, this.#samples);
    return clipFrames(this.#samples, extractor).values;
  }

  /** One example as the network sees it: normalised, now and then with some frames hidden, written to `out`. */
  input(clip: number, epoch: number, position: number, normaliser: Normaliser, out: Float32Array): void {
    const { augment, extractor, seed } = this.#source;
    normaliseFrames(this.features(clip, epoch, position), normaliser, out);
    const random = createRandom(seed, `mask of example ${position} of epoch ${epoch}`);
    if (random.next() < augment.timeMaskProbability)
      maskTime(out, extractor.settings.coefficients, augment.timeMaskFrames, random);
  }
}
