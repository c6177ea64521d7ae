import type { CallInput, CallName, CallOutput } from './contract/calls.ts';
import type { EventName, EventPayload } from './contract/events.ts';

/**
 * The engine as everybody outside it sees it, whatever the transport.
 * A call that fails rejects with a HeedError whose code and sentence came from the engine.
 */
export interface EngineClient {
  call<N extends CallName>(name: N, input: CallInput<N>): Promise<CallOutput<N>>;
  /** Listens to one event; the function returned ends that. */
  on<N extends EventName>(name: N, listener: (payload: EventPayload<N>) => void): () => void;
  /** Closes the transport. Calls under way reject with `engine-lost`. */
  close(): void;
}
