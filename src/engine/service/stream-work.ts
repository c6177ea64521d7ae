import type { EngineCompute } from '../compute.ts';
import type { CallOutput, ParsedInput } from '../contract/calls.ts';
import type { EventHub } from './event-hub.ts';
import type { ModelLibrary } from './model-library.ts';

/** Work on long recordings; its code is loaded when it is first asked for. */
export class StreamWork {
  readonly #compute: EngineCompute;
  readonly #models: ModelLibrary;
  readonly #events: EventHub;
  readonly #running = new Map<AbortController, Promise<unknown>>();

  constructor(compute: EngineCompute, models: ModelLibrary, events: EventHub) {
    this.#compute = compute;
    this.#models = models;
    this.#events = events;
  }

  /** @throws {HeedError} as makeStream in the lab */
  make(input: ParsedInput<'makeStream'>): Promise<CallOutput<'makeStream'>> {
    return this.#stoppable(async (signal) => {
      const { makeStream } = await import('../../lab/streams/make-stream.ts');
      return makeStream(input, (progress) => this.#events.emit('progress', progress), signal);
    });
  }

  /** @throws {HeedError} as evaluateStream in the lab, and whatever loading the model says */
  evaluate({ model, ...input }: ParsedInput<'evaluateStream'>): Promise<CallOutput<'evaluateStream'>> {
    return this.#stoppable(async (signal) => {
      const { evaluateStream } = await import('../../lab/streams/evaluate-stream.ts');
      const loaded = await this.#models.byPath(model);
      const live = { classifier: loaded.recogniser, extractor: loaded.extractor };
      return evaluateStream(
        { ...input, model: loaded.model, live },
        this.#compute,
        (progress) => this.#events.emit('progress', progress),
        signal,
      );
    });
  }

  /** @throws {HeedError} as calibrate in the lab, and whatever loading the model says */
  calibrate({ model, ...input }: ParsedInput<'calibrate'>): Promise<CallOutput<'calibrate'>> {
    return this.#stoppable(async (signal) => {
      const { calibrate } = await import('../../lab/streams/calibrate.ts');
      const loaded = await this.#models.byPath(model);
      return calibrate(
        { ...input, model: loaded.model },
        this.#compute,
        (progress) => this.#events.emit('progress', progress),
        signal,
      );
    });
  }

  /** Asks what runs to end soon; it fails with `cancelled`. */
  stop(): void {
    for (const controller of this.#running.keys()) controller.abort();
  }

  /** Stops what runs, and waits for its end. */
  async close(): Promise<void> {
    this.stop();
    await Promise.allSettled(this.#running.values());
  }

  async #stoppable<T>(work: (signal: AbortSignal) => Promise<T>): Promise<T> {
    const controller = new AbortController();
    const run = work(controller.signal);
    this.#running.set(controller, run);
    try {
      return await run;
    } finally {
      this.#running.delete(controller);
    }
  }
}
