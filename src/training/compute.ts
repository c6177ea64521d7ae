import { createReferenceExampleMaker, type ExampleMaker } from '../dataset/example-maker.ts';
import type { PlanSource } from '../dataset/example-plan.ts';
import type { FrameExtractor } from '../features/frame-extractor.ts';
import { createRecipeExtractor } from '../features/recipe-extractor.ts';
import type { FeatureSettings } from '../features/settings.ts';
import { HeedError } from '../errors.ts';
import type { ComputeBackend, Precision } from '../nn/network.ts';
import { createReferenceBackend } from '../nn/reference-backend.ts';

/** Where a training's sums are done: the network's, the features' and the examples'. */
export interface Compute {
  /** In float32. */
  readonly backend: ComputeBackend;
  /** The same with the products of training in this precision. @throws {HeedError} usage where it cannot be had */
  backendIn(precision: Precision): ComputeBackend;
  /** Features in bulk; live sound goes through Meyda itself. */
  createExtractor(settings: FeatureSettings): FrameExtractor;
  createExampleMaker(source: PlanSource, settings: FeatureSettings): ExampleMaker;
}

/** All of it in TypeScript. @param pause awaited now and then, so that the event loop gets its turn */
export function createReferenceCompute(pause?: () => Promise<void>): Compute {
  const backend = createReferenceBackend(pause ? { pause } : {});
  return {
    backend,
    backendIn: (precision) => {
      if (precision !== 'float32')
        throw new HeedError(
          'usage',
          `Without the native core nothing is computed in ${precision}; leave it out, or build the core by \`npm run build:native\`.`,
        );
      return backend;
    },
    createExtractor: createRecipeExtractor,
    createExampleMaker: (source, settings) =>
      createReferenceExampleMaker(source, createRecipeExtractor(settings), pause),
  };
}
