import type { EventName, EventPayload } from '../contract/events.ts';

/** Hears every event of an engine. */
export type EventListener = <N extends EventName>(name: N, payload: EventPayload<N>) => void;

/** Hands the engine's events to whoever listens. A listener that throws does not keep the others from hearing. */
export class EventHub {
  readonly #listeners = new Set<EventListener>();

  emit<N extends EventName>(name: N, payload: EventPayload<N>): void {
    for (const listener of [...this.#listeners]) {
      try {
        listener(name, payload);
      } catch (error) {
        // Shown by the host as an uncaught error, without taking this work down.
        queueMicrotask(() => {
          throw error;
        });
      }
    }
  }

  /** Listens to everything; the function returned ends that. */
  subscribe(listener: EventListener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }
}
