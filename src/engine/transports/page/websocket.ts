import type { EngineClient } from '../../client.ts';
import { HeedError } from '../../../errors.ts';
import { decodeMessage, encodeMessage } from './codec.ts';
import { refuseOversized } from './message-port.ts';
import { createWireClient } from './wire-client.ts';
import { CLOSE_UNAUTHORISED, isWelcome, SUBPROTOCOL, TOKEN_PREFIX } from './wire.ts';

/** The part of a WebSocket that the client uses; a browser's is one, and so is that of the package `ws`. */
export interface PageSocket {
  binaryType: string;
  send(data: Uint8Array<ArrayBuffer>): void;
  close(): void;
  addEventListener(type: 'message', listener: (event: { data: unknown }) => void): void;
  addEventListener(type: 'close', listener: (event: { code: number }) => void): void;
  addEventListener(type: 'error', listener: () => void): void;
}

export interface WebSocketOptions {
  /** Opens a socket; the default is the page's own `WebSocket`. */
  readonly open?: (url: string, protocols: string[]) => PageSocket;
  /** How long to wait before connecting again, the first time and at most; it doubles in between. */
  readonly firstRetryMs?: number;
  readonly longestRetryMs?: number;
}

/**
 * A client of the engine behind `heed serve`. When the socket drops, calls reject with `engine-lost` and it connects
 * again by itself; `engine.restarted` then tells the listeners that open sessions are gone.
 *
 * @param url  `ws://127.0.0.1:PORT/engine`
 * @param token  what stands in the address that Heed printed, after `#token=`
 * @throws {HeedError} engine-lost, where nobody answers; unauthorised, where the token is not this run's
 */
export function connectWebSocket(url: string, token: string, options: WebSocketOptions = {}): Promise<EngineClient> {
  const { open = openPageSocket, firstRetryMs = 250, longestRetryMs = 5000 } = options;
  return new Promise((resolve, reject) => {
    let socket: PageSocket | null = null;
    let retryMs = firstRetryMs;
    let retryTimer: ReturnType<typeof setTimeout> | undefined;
    let wasOpen = false;
    let closed = false;

    const client = createWireClient(() => {
      closed = true;
      clearTimeout(retryTimer);
      socket?.close();
    });

    const connect = (): void => {
      const current = open(url, [SUBPROTOCOL, TOKEN_PREFIX + token]);
      socket = current;
      current.binaryType = 'arraybuffer';
      current.addEventListener('error', () => {}); // a close event always follows, and says the same
      current.addEventListener('message', (event) => {
        const message = decoded(event.data);
        if (!isWelcome(message)) return client.receive(message);
        client.attach((call) => {
          refuseOversized(call);
          current.send(encodeMessage(call));
        });
        retryMs = firstRetryMs;
        if (wasOpen) client.announce('engine.restarted', { reason: 'The connection to Heed was lost and is back.' });
        wasOpen = true;
        resolve(client);
      });
      current.addEventListener('close', ({ code }) => {
        if (closed) return;
        const error = code === CLOSE_UNAUTHORISED ? unauthorised() : lost();
        client.detach(error);
        if (!wasOpen) return reject(error);
        if (code === CLOSE_UNAUTHORISED) return;
        retryTimer = setTimeout(connect, retryMs);
        retryMs = Math.min(2 * retryMs, longestRetryMs);
      });
    };
    connect();
  });
}

function openPageSocket(url: string, protocols: string[]): PageSocket {
  const { WebSocket } = globalThis as unknown as { WebSocket: new (url: string, protocols: string[]) => PageSocket };
  return new WebSocket(url, protocols);
}

/** Bytes that are no message are as good as none. */
function decoded(data: unknown): unknown {
  try {
    return data instanceof ArrayBuffer ? decodeMessage(new Uint8Array(data)) : undefined;
  } catch {
    return undefined;
  }
}

function lost(): HeedError {
  return new HeedError(
    'engine-lost',
    'Heed does not answer. Your recordings and models are safe; start it again with "npm start", and this page finds it.',
  );
}

function unauthorised(): HeedError {
  return new HeedError(
    'unauthorised',
    'This page does not belong to the Heed that is running. Open the address that Heed printed when it started.',
  );
}
