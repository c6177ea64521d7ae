import { setImmediate } from 'node:timers/promises';
import { loadAddon } from '../native/addon.ts';
import { createNativeBackend } from '../native/native-backend.ts';
import { createNativeExampleMaker } from '../native/native-example-maker.ts';
import { createNativeExtractor } from '../native/native-extractor.ts';
import type { BenchCompute } from '../lab/bench/run-bench.ts';
import { createReferenceCompute } from '../training/compute.ts';

/** Where the engine's sums are done. */
export interface EngineCompute extends BenchCompute {
  /** Why the native core does not serve; undefined where it does. */
  readonly missing: string | undefined;
}

/**
 * The native core where there is one, else the TypeScript reference: the one place that decides it. HEED_ISA names the
 * instruction set to use instead of the best one.
 *
 * Bulk work hands the event loop back between its steps, so that live sound is answered while a training runs.
 */
export function createCompute(): EngineCompute {
  const loaded = loadAddon();
  if ('missing' in loaded)
    return { ...createReferenceCompute(() => setImmediate()), core: undefined, missing: loaded.missing };
  const { addon } = loaded;
  const instructionSet = process.env['HEED_ISA'] || addon.instructionSets[0]!;
  const backend = createNativeBackend(addon, instructionSet);
  return {
    backend,
    backendIn: (precision) =>
      precision === 'float32' ? backend : createNativeBackend(addon, instructionSet, { precision }),
    createExtractor: (settings) => createNativeExtractor(addon, settings, instructionSet),
    createExampleMaker: (source, settings) => createNativeExampleMaker(addon, source, settings, instructionSet),
    core: { addon, instructionSet },
    missing: undefined,
  };
}
