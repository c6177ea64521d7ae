import type { EngineClient } from '../../src/engine/client.ts';
import type { CallInput, CallName, CallOutput } from '../../src/engine/contract/calls.ts';
import type { EventName, EventPayload } from '../../src/engine/contract/events.ts';
import type { Listening, Settings } from '../../src/engine/contract/schemas.ts';

type Handlers = { [N in CallName]?: (input: CallInput<N>) => CallOutput<N> | Promise<CallOutput<N>> };

export const LABELS = ['yes', 'no', 'left', '_silence_', '_unknown_'];

const SETTINGS: Settings = {
  theme: 'system',
  microphoneId: '',
  modelId: 'heed-en',
  recordMode: 'automatic',
  thresholds: {},
  defaultThreshold: null,
};

export function listening(session: string): Listening {
  return {
    session,
    modelId: 'heed-en',
    labels: LABELS,
    thresholds: [0.8, 0.8, 0.7, 2, 2],
    windowMs: 1002,
    stepMs: 100,
    hopMs: 10,
    melBands: 4,
  };
}

/** An engine that answers as it is told to, remembers what it was asked, and says what it is made to say. */
export interface FakeEngine extends EngineClient {
  readonly asked: { readonly name: CallName; readonly input: unknown }[];
  handle(handlers: Handlers): void;
  emit<N extends EventName>(name: N, payload: EventPayload<N>): void;
  inputsOf<N extends CallName>(name: N): CallInput<N>[];
}

export function createFakeEngine(): FakeEngine {
  const asked: { name: CallName; input: unknown }[] = [];
  const listeners = new Map<EventName, Set<(payload: never) => void>>();
  let sessions = 0;
  const handlers: Handlers = {
    describe: () => ({ version: '0.1.0', backend: 'typescript' }),
    'models.list': () => ({
      models: [
        { id: 'heed-en', name: 'heed-en', labels: LABELS, bytes: 1, thresholds: [0.8, 0.8, 0.7, 2, 2], scores: [] },
      ],
      inUse: 'heed-en',
    }),
    'data.describe': () => ({ folder: '/home/somebody/heed' }),
    'models.installed': () => ({ models: [], inUse: 'heed-en', unusable: [] }),
    'settings.get': () => SETTINGS,
    'settings.set': (change) => ({ ...SETTINGS, ...change }),
    'listen.open': () => listening(`session-${++sessions}`),
    'listen.push': () => ({ timeMs: 0 }),
    'listen.close': () => ({}),
    'listen.threshold': () => ({}),
    'detections.list': () => ({ detections: [] }),
    'takes.list': () => ({ takes: [] }),
    'words.list': () => ({ words: [], unusable: [], readOnly: null }),
  };
  return {
    asked,
    handle: (more) => void Object.assign(handlers, more),
    async call<N extends CallName>(name: N, input: CallInput<N>): Promise<CallOutput<N>> {
      asked.push({ name, input });
      const handler = handlers[name] as ((input: CallInput<N>) => CallOutput<N> | Promise<CallOutput<N>>) | undefined;
      if (!handler) throw new Error(`This test has no answer to ${name}.`);
      return handler(input);
    },
    on(name, listener) {
      const set = listeners.get(name) ?? new Set();
      listeners.set(name, set);
      set.add(listener);
      return () => void set.delete(listener);
    },
    emit: (name, payload) => listeners.get(name)?.forEach((listener) => listener(payload as never)),
    inputsOf: (name) => asked.filter((call) => call.name === name).map((call) => call.input as never),
    close: () => undefined,
  };
}
