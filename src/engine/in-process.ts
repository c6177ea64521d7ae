import { HeedError } from '../errors.ts';
import type { CallInput, CallName, CallOutput } from './contract/calls.ts';
import type { EventName, EventPayload } from './contract/events.ts';
import type { EngineClient } from './client.ts';
import type { Engine } from './server.ts';

/** A client in the engine's own process: for the command line and tests. It may make every call. */
export function createInProcessClient(engine: Engine): EngineClient {
  let closed = false;
  const ends = new Set<() => void>();
  const rejections = new Set<(error: HeedError) => void>();
  return {
    call<N extends CallName>(name: N, input: CallInput<N>): Promise<CallOutput<N>> {
      if (closed) return Promise.reject(lost());
      return new Promise((resolve, reject) => {
        rejections.add(reject);
        void engine.dispatch(name, input, 'local').then((answer) => {
          rejections.delete(reject);
          if (answer.ok) resolve(answer.value as CallOutput<N>);
          else reject(new HeedError(answer.error.code, answer.error.message));
        });
      });
    },
    on<N extends EventName>(name: N, listener: (payload: EventPayload<N>) => void): () => void {
      const unsubscribe = engine.subscribe((heard, payload) => {
        if ((heard as EventName) === name) listener(payload as unknown as EventPayload<N>);
      });
      const end = (): void => {
        unsubscribe();
        ends.delete(end);
      };
      ends.add(end);
      return end;
    },
    close() {
      closed = true;
      for (const end of [...ends]) end();
      for (const reject of rejections) reject(lost());
      rejections.clear();
    },
  };
}

function lost(): HeedError {
  return new HeedError('engine-lost', 'The connection to the engine was closed; nothing that was saved is lost.');
}
