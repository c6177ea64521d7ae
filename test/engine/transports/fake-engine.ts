import type { ServedEngine } from '../../../src/engine/transports/serve-connection.ts';
import type { Outcome } from '../../../src/engine/transports/page/wire.ts';

/** An engine that remembers what it was asked, answers as told, and emits what the test wants. */
export class FakeEngine implements ServedEngine {
  readonly dispatched: { name: string; input: unknown; reach: string }[] = [];
  readonly #listeners = new Set<(name: string, payload: unknown) => void>();
  answer: (name: string, input: unknown) => Promise<Outcome> = (name, input) =>
    Promise.resolve({ ok: true, value: { name, input } });

  dispatch(name: string, input: unknown, reach: 'window'): Promise<Outcome> {
    this.dispatched.push({ name, input, reach });
    return this.answer(name, input);
  }

  subscribe(listener: (name: string, payload: unknown) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  emit(name: string, payload: unknown): void {
    for (const listener of [...this.#listeners]) listener(name, payload);
  }

  get listenerCount(): number {
    return this.#listeners.size;
  }
}
