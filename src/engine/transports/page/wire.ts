/** The messages between an engine and its windows; every transport carries the same ones. */

/** A call on its way to the engine. `id` is chosen by the caller and comes back in the answer. */
export interface CallMessage {
  readonly kind: 'call';
  readonly id: number;
  readonly name: string;
  readonly input: unknown;
}

/** What came of a call: its value, or why not. Errors are values: nothing is thrown across a process border. */
export type Outcome =
  | { readonly ok: true; readonly value: unknown }
  | { readonly ok: false; readonly error: { readonly code: string; readonly message: string } };

/** The answer to the call with the same `id`. */
export interface AnswerMessage {
  readonly kind: 'answer';
  readonly id: number;
  readonly outcome: Outcome;
}

/** An event of the engine. */
export interface EventMessage {
  readonly kind: 'event';
  readonly name: string;
  readonly payload: unknown;
}

export type EngineMessage = AnswerMessage | EventMessage;

/** The first message on a WebSocket: the token was right, calls may come. */
export const WELCOME = { kind: 'welcome' } as const;

/** No message may carry more than this; a minute and a half of sound at 48 kHz takes half of it. */
export const MAX_MESSAGE_BYTES = 32 * 2 ** 20;

/** At most this many calls of one connection are worked on at a time; more are refused, not queued. */
export const MAX_CALLS_IN_FLIGHT = 64;

/** Why a WebSocket was closed because its token was wrong (RFC 6455 leaves 4000–4999 to applications). */
export const CLOSE_UNAUTHORISED = 4401;

/** The WebSocket subprotocol that is agreed on; the token travels beside it, as a second name that is never chosen. */
export const SUBPROTOCOL = 'heed.v1';
/** What stands before the token in the list of subprotocols. */
export const TOKEN_PREFIX = 'heed.token.';

/** What the preload posts to its page, and the page listens for. */
export const ENGINE_PORT_MESSAGE = 'heed.engine-port';

/** The message as a call, or null where it is none. Never throws, whatever it is given. */
export function parseCall(message: unknown): CallMessage | null {
  if (!isRecord(message)) return null;
  const { kind, id, name, input } = message;
  if (kind !== 'call' || !isId(id) || typeof name !== 'string') return null;
  return { kind, id, name, input };
}

/** The message as one of the engine's, or null where it is none. Never throws, whatever it is given. */
export function parseEngineMessage(message: unknown): EngineMessage | null {
  if (!isRecord(message)) return null;
  const { kind, id, name, outcome, payload } = message;
  if (kind === 'event') return typeof name === 'string' ? { kind, name, payload } : null;
  if (kind !== 'answer' || !isId(id) || !isRecord(outcome)) return null;
  if (outcome['ok'] === true) return { kind, id, outcome: { ok: true, value: outcome['value'] } };
  const error = outcome['error'];
  if (outcome['ok'] !== false || !isRecord(error)) return null;
  const { code, message: sentence } = error;
  if (typeof code !== 'string' || typeof sentence !== 'string') return null;
  return { kind, id, outcome: { ok: false, error: { code, message: sentence } } };
}

/**
 * Whether a structured-clone message is larger than `limitBytes`, counting its buffers and strings. Looks no deeper
 * than a message of the contract goes, so that a cyclic or bottomless one counts as too large.
 */
export function isOversized(message: unknown, limitBytes = MAX_MESSAGE_BYTES): boolean {
  let bytes = 0;
  const measure = (value: unknown, depth: number): void => {
    if (bytes > limitBytes) return;
    bytes += 8;
    if (typeof value === 'string') bytes += 2 * value.length;
    else if (value instanceof ArrayBuffer || ArrayBuffer.isView(value)) bytes += value.byteLength;
    else if (typeof value === 'object' && value !== null) {
      if (depth === 0) bytes = Infinity;
      else for (const part of Object.values(value)) measure(part, depth - 1);
    }
  };
  measure(message, 8);
  return bytes > limitBytes;
}

/** Whether this is the WebSocket server's first message. */
export function isWelcome(message: unknown): boolean {
  return isRecord(message) && message['kind'] === WELCOME.kind;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !ArrayBuffer.isView(value);
}

function isId(value: unknown): value is number {
  return Number.isSafeInteger(value);
}
