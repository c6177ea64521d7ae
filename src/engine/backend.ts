import { setImmediate } from 'node:timers/promises';
import { createReferenceBackend } from '../nn/reference-backend.ts';
import type { ComputeBackend } from '../nn/network.ts';

/**
 * Where the engine's sums are done: the one place that decides it.
 *
 * Bulk work hands the event loop back between its steps, so that live sound is answered while a training runs.
 */
export function createBackend(): ComputeBackend {
  return createReferenceBackend({ pause: () => setImmediate() });
}
