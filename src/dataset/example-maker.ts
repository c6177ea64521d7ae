import type { FrameExtractor } from '../features/frame-extractor.ts';
import { clipFrames } from '../features/clip-features.ts';
import { normaliseFrames, type Normaliser } from '../features/normaliser.ts';
import { windowLength } from '../features/settings.ts';
import { planExample, type PlanSource } from './example-plan.ts';
import { renderExample } from './render-example.ts';

/** Turns drawn clips into variations of them, as features. */
export interface ExampleMaker {
  /**
   * Makes one example for each of `clips` (indices, or below 0 for silence), at the positions `first`, `first + 1`, … of
   * an epoch.
   *
   * @param out receives `[clips, windowFrames, coefficients]`
   * @param normaliser as the network sees them, some frames hidden; left out, the features as they are
   */
  make(clips: Int32Array, epoch: number, first: number, out: Float32Array, normaliser?: Normaliser): Promise<void>;
}

/** Making an example takes about a millisecond; so often the event loop gets its turn. */
const EXAMPLES_PER_PAUSE = 8;

/** The example maker in TypeScript. @param pause awaited now and then, so that the event loop gets its turn */
export function createReferenceExampleMaker(
  source: PlanSource,
  extractor: FrameExtractor,
  pause: () => Promise<void> = () => Promise.resolve(),
): ExampleMaker {
  const { settings } = extractor;
  const samples = new Float32Array(windowLength(settings));
  const noise = new Float32Array(samples.length);
  const length = settings.windowFrames * settings.coefficients;
  return {
    async make(clips, epoch, first, out, normaliser) {
      for (const [i, clip] of clips.entries()) {
        const plan = planExample(source, clip, epoch, first + i, samples.length, settings.windowFrames);
        renderExample(plan, source.clips, source.background, noise, samples);
        const frames = clipFrames(samples, extractor).values;
        const example = out.subarray(i * length, (i + 1) * length);
        if (normaliser) {
          normaliseFrames(frames, normaliser, example);
          const from = plan.maskStart * settings.coefficients;
          example.fill(0, from, from + plan.maskLength * settings.coefficients);
        } else example.set(frames);
        if (i % EXAMPLES_PER_PAUSE === EXAMPLES_PER_PAUSE - 1) await pause();
      }
    },
  };
}
