import type { CallName, CallOutput } from '../../contract/calls.ts';
import type { EventName, EventPayload } from '../../contract/events.ts';
import { HeedError, type ErrorCode } from '../../../errors.ts';
import type { EngineClient } from '../../client.ts';
import { parseEngineMessage, type CallMessage } from './wire.ts';

/** Carries one call to the engine; throws where it cannot. */
export type Send = (message: CallMessage) => void;

/** An EngineClient whose transport can be lost and replaced while its listeners stay. */
export interface WireClient extends EngineClient {
  /** Calls go this way from now on. Those under way on the transport before reject with `engine-lost`. */
  attach(send: Send): void;
  /** The transport is gone: calls under way, and new ones until the next `attach`, reject with this error. */
  detach(error: HeedError): void;
  /** Takes in what the transport received; what is no message of the engine is ignored. */
  receive(message: unknown): void;
  /** Tells the listeners of an event as though the engine had sent it. */
  announce<N extends EventName>(name: N, payload: EventPayload<N>): void;
  /** Listens to every event, whatever its name. */
  onAny(listener: (name: string, payload: unknown) => void): () => void;
}

type Listener = (payload: unknown) => void;

interface PendingCall {
  resolve(value: unknown): void;
  reject(error: HeedError): void;
}

/**
 * The calling side of the wire, over no transport yet: answers find their calls by number, events their listeners by
 * name. `whenClosed` runs once, when the client's owner closes it.
 */
export function createWireClient(whenClosed: () => void = () => {}): WireClient {
  const pending = new Map<number, PendingCall>();
  const listeners = new Map<string, Set<Listener>>();
  const anyListeners = new Set<(name: string, payload: unknown) => void>();
  let send: Send | null = null;
  let whyDetached = new HeedError('engine-lost', 'The engine is not connected yet. Try again in a moment.');
  let closed = false;
  let lastId = 0;

  const detach = (error: HeedError): void => {
    send = null;
    whyDetached = error;
    const lost = [...pending.values()];
    pending.clear();
    for (const call of lost) call.reject(error);
  };

  const emit = (name: string, payload: unknown): void => {
    for (const listener of [...(listeners.get(name) ?? [])]) listener(payload);
    for (const listener of [...anyListeners]) listener(name, payload);
  };

  return {
    call<N extends CallName>(name: N, input: unknown) {
      return new Promise<CallOutput<N>>((resolve, reject) => {
        if (!send) return reject(whyDetached);
        const id = ++lastId;
        pending.set(id, { resolve: (value) => resolve(value as CallOutput<N>), reject });
        try {
          send({ kind: 'call', id, name, input });
        } catch (error) {
          pending.delete(id);
          reject(asSendError(error));
        }
      });
    },

    on(name, listener) {
      const set = listeners.get(name) ?? new Set();
      listeners.set(name, set);
      // A wrapper per subscription: the same listener may be given twice, and each unsubscribe ends its own.
      const entry: Listener = (payload) => listener(payload as Parameters<typeof listener>[0]);
      set.add(entry);
      return () => void set.delete(entry);
    },

    onAny(listener) {
      const entry = (name: string, payload: unknown): void => listener(name, payload);
      anyListeners.add(entry);
      return () => void anyListeners.delete(entry);
    },

    attach(nextSend) {
      if (closed) return;
      detach(new HeedError('engine-lost', 'The engine was started again before it could answer. Try once more.'));
      send = nextSend;
    },

    detach,

    receive(message) {
      const parsed = parseEngineMessage(message);
      if (!parsed || closed) return;
      if (parsed.kind === 'event') return emit(parsed.name, parsed.payload);
      const call = pending.get(parsed.id);
      pending.delete(parsed.id);
      if (parsed.outcome.ok) call?.resolve(parsed.outcome.value);
      else call?.reject(new HeedError(parsed.outcome.error.code as ErrorCode, parsed.outcome.error.message));
    },

    announce: emit,

    close() {
      if (closed) return;
      closed = true;
      detach(new HeedError('engine-lost', 'The connection to the engine was closed.'));
      listeners.clear();
      anyListeners.clear();
      whenClosed();
    },
  };
}

/** What cannot be sent is the caller's mistake (a function in the input, too much sound), not the engine's. */
function asSendError(error: unknown): HeedError {
  if (error instanceof HeedError) return error;
  const reason = error instanceof Error ? error.message : String(error);
  return new HeedError('usage', `This call could not be sent to the engine: ${reason}`, { cause: error });
}
