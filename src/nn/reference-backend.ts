import type { ComputeBackend } from './network.ts';
import { ReferenceNetwork } from './reference-network.ts';

export interface ReferenceBackendOptions {
  /**
   * Awaited between the slices of bulk work and of training steps, so that the event loop gets its turn. In Node:
   * `() => new Promise((resolve) => setImmediate(resolve))`. Left out, the work runs through without one.
   */
  readonly pause?: () => Promise<void>;
}

/** The TypeScript backend: readable, without dependencies, and what the native core is measured against. */
export function createReferenceBackend(options: ReferenceBackendOptions = {}): ComputeBackend {
  const pause = options.pause ?? (() => Promise.resolve());
  return {
    name: 'typescript',
    createNetwork: (shape, parameters) => new ReferenceNetwork(shape, parameters, pause),
  };
}
