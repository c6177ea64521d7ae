import { createReferenceExampleMaker, type ExampleMaker } from '../dataset/example-maker.ts';
import type { PlanSource } from '../dataset/example-plan.ts';
import type { FrameExtractor } from '../features/frame-extractor.ts';
import { createRecipeExtractor } from '../features/recipe-extractor.ts';
import type { FeatureSettings } from '../features/settings.ts';
import type { ComputeBackend } from '../nn/network.ts';
import { createReferenceBackend } from '../nn/reference-backend.ts';

/** Where a training's sums are done: the network's, the features' and the examples'. */
export interface Compute {
  readonly backend: ComputeBackend;
  /** Features in bulk; live sound goes through Meyda itself. */
  createExtractor(settings: FeatureSettings): FrameExtractor;
  createExampleMaker(source: PlanSource, settings: FeatureSettings): ExampleMaker;
}

/** All of it in TypeScript. @param pause awaited now and then, so that the event loop gets its turn */
export function createReferenceCompute(pause?: () => Promise<void>): Compute {
  return {
    backend: createReferenceBackend(pause ? { pause } : {}),
    createExtractor: createRecipeExtractor,
    createExampleMaker: (source, settings) =>
      createReferenceExampleMaker(source, createRecipeExtractor(settings), pause),
  };
}
