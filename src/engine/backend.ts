import { setImmediate } from 'node:timers/promises';
import type { FrameExtractor } from '../features/frame-extractor.ts';
import { createRecipeExtractor } from '../features/recipe-extractor.ts';
import type { FeatureSettings } from '../features/settings.ts';
import { loadAddon } from '../native/addon.ts';
import { createNativeBackend } from '../native/native-backend.ts';
import { createNativeExtractor } from '../native/native-extractor.ts';
import type { ComputeBackend } from '../nn/network.ts';
import { createReferenceBackend } from '../nn/reference-backend.ts';

/** Where the engine's sums are done. */
export interface Compute {
  readonly backend: ComputeBackend;
  /** Features in bulk, for training and measuring; live sound goes through Meyda itself. */
  readonly createExtractor: (settings: FeatureSettings) => FrameExtractor;
  /** Why the native core does not serve; undefined where it does. */
  readonly missing: string | undefined;
}

/**
 * The native core where there is one, else the TypeScript reference: the one place that decides it. HEED_ISA names the
 * instruction set to use instead of the best one.
 *
 * Bulk work hands the event loop back between its steps, so that live sound is answered while a training runs.
 */
export function createCompute(): Compute {
  const loaded = loadAddon();
  if ('missing' in loaded)
    return {
      backend: createReferenceBackend({ pause: () => setImmediate() }),
      createExtractor: createRecipeExtractor,
      missing: loaded.missing,
    };
  const { addon } = loaded;
  const instructionSet = process.env['HEED_ISA'] || undefined;
  return {
    backend: createNativeBackend(addon, instructionSet),
    createExtractor: (settings) => createNativeExtractor(addon, settings, instructionSet),
    missing: undefined,
  };
}
