import type { z } from 'zod';
import { asHeedError, HeedError, type ErrorCode } from '../errors.ts';
import { calls, type CallName } from './contract/calls.ts';
import { EventHub, type EventListener } from './service/event-hub.ts';
import { createService, type Handlers, type ServiceOptions } from './service/service.ts';

/** Who makes a call: a window may make only the calls whose reach is `window`; the same process may make all. */
export type Reach = 'local' | 'window';

/** The answer to a call. Failures are values, so that every transport carries them alike. */
export type Answer =
  | { readonly ok: true; readonly value: unknown }
  | { readonly ok: false; readonly error: { readonly code: ErrorCode; readonly message: string } };

/** The one service behind every face of the program. */
export interface Engine {
  /**
   * Makes one call. Name and input may come from anywhere: both are checked. Never rejects.
   * @param reach  decided by the transport, never by the caller
   */
  dispatch(name: string, input: unknown, reach: Reach): Promise<Answer>;
  /** Hears every event; the function returned ends that. */
  subscribe(listener: EventListener): () => void;
  /** Ends what runs: sessions are closed; a training stops and keeps its best model so far. */
  close(): Promise<void>;
}

/** An engine with everything it needs from outside. Nothing is read or loaded before the first call that needs it. */
export function createEngine(options: ServiceOptions): Engine {
  const events = new EventHub();
  const { handlers, close } = createService(options, events);
  return {
    async dispatch(name, input, reach) {
      try {
        return { ok: true, value: await answer(handlers, name, input, reach) };
      } catch (error) {
        const { code, message } = asHeedError(error);
        return { ok: false, error: { code, message } };
      }
    },
    subscribe: (listener) => events.subscribe(listener),
    close,
  };
}

async function answer(handlers: Handlers, name: string, input: unknown, reach: Reach): Promise<unknown> {
  if (!Object.hasOwn(calls, name)) throw new HeedError('usage', `Heed knows no call named ${name.slice(0, 64)}.`);
  const known = name as CallName;
  const specification = calls[known];
  if (reach === 'window' && specification.reach !== 'window')
    throw new HeedError(
      'unauthorised',
      `The call ${known} names files on this computer, and a window may not make it.`,
    );
  const parsed = specification.input.safeParse(input);
  if (!parsed.success) throw new HeedError('usage', `The call ${known} makes no sense: ${firstIssue(parsed.error)}.`);
  // Each handler takes what its own schema gives; the compiler cannot follow that through the union of names.
  return (handlers[known] as (input: unknown) => unknown)(parsed.data);
}

function firstIssue(error: z.ZodError): string {
  const issue = error.issues[0]!;
  const where = issue.path.join('.');
  return where === '' ? issue.message : `${where}: ${issue.message}`;
}
