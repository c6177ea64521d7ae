import { MAX_CALLS_IN_FLIGHT, parseCall, type AnswerMessage, type EngineMessage, type Outcome } from './page/wire.ts';

/** What a transport needs of an engine: calls by name with errors as values, and every event. */
export interface ServedEngine {
  /** Works one call; never rejects for what the caller did wrong. */
  dispatch(name: string, input: unknown, reach: 'window'): Promise<Outcome>;
  /** Hears every event; the function returned ends that. */
  subscribe(listener: (name: string, payload: unknown) => void): () => void;
}

export interface ConnectionOptions {
  /** Hands one message to the transport. */
  readonly send: (message: EngineMessage) => void;
  /** Whether the other side reads too slowly: pictures of the sound are then left out, answers and detections never. */
  readonly isCongested?: () => boolean;
}

/** One window's connection. */
export interface Connection {
  /** Takes in what the window sent; what is no call is ignored, whatever it is. */
  receive(message: unknown): void;
  /** The window is gone: its sessions are closed and it hears nothing more. */
  close(): void;
}

/** Events that only draw: a newer one makes an older one worthless. */
const DROPPABLE_EVENTS: ReadonlySet<string> = new Set(['listen.frames', 'listen.posteriors', 'listen.level']);

/**
 * Serves one window: its calls go to the engine with the reach of a window, the answers and events come back. Events
 * of a listening session go only to the window that opened it, and a session ends with its window.
 */
export function serveConnection(engine: ServedEngine, options: ConnectionOptions): Connection {
  const { send, isCongested = () => false } = options;
  const sessions = new Set<string>();
  let callsInFlight = 0;
  let open = true;

  const closeSession = (session: string): void => {
    sessions.delete(session);
    engine.dispatch('listen.close', { session }, 'window').catch(() => {}); // it may be gone already
  };

  const stopEvents = engine.subscribe((name, payload) => {
    if (name === 'engine.restarted') sessions.clear(); // the new engine does not know them, and may use their names
    const session = sessionOf(payload);
    if (session !== undefined && !sessions.has(session)) return;
    if (DROPPABLE_EVENTS.has(name) && isCongested()) return;
    send({ kind: 'event', name, payload });
  });

  const follow = (name: string, input: unknown, outcome: Outcome): void => {
    if (!outcome.ok) return;
    if (name === 'listen.open') {
      const session = sessionOf(outcome.value);
      if (session === undefined) return;
      if (open) sessions.add(session);
      else closeSession(session);
    } else if (name === 'listen.close') {
      sessions.delete(sessionOf(input) ?? '');
    }
  };

  const answer = (id: number, outcome: Outcome): void => {
    const message: AnswerMessage = { kind: 'answer', id, outcome };
    if (open) send(message);
  };

  return {
    receive(message) {
      const call = parseCall(message);
      if (!call || !open) return;
      if (callsInFlight >= MAX_CALLS_IN_FLIGHT) return answer(call.id, tooManyCalls());
      callsInFlight++;
      void engine
        .dispatch(call.name, call.input, 'window')
        .catch((error: unknown): Outcome => internal(error))
        .then((outcome) => {
          callsInFlight--;
          follow(call.name, call.input, outcome);
          answer(call.id, outcome);
        });
    },
    close() {
      if (!open) return;
      open = false;
      stopEvents();
      for (const session of [...sessions]) closeSession(session);
    },
  };
}

function sessionOf(value: unknown): string | undefined {
  if (typeof value !== 'object' || value === null || !('session' in value)) return undefined;
  return typeof value.session === 'string' ? value.session : undefined;
}

function tooManyCalls(): Outcome {
  const message = `More than ${MAX_CALLS_IN_FLIGHT} calls are waiting already. Nothing was changed; wait for answers first.`;
  return { ok: false, error: { code: 'usage', message } };
}

function internal(error: unknown): Outcome {
  const message = error instanceof Error ? error.message : String(error);
  return { ok: false, error: { code: 'internal', message } };
}
