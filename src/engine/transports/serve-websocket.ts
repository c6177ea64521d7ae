import { timingSafeEqual, createHash } from 'node:crypto';
import type { IncomingMessage, Server } from 'node:http';
import type { Duplex } from 'node:stream';
import { WebSocketServer, type RawData, type WebSocket } from 'ws';
import { decodeMessage, encodeMessage } from './page/codec.ts';
import { CLOSE_UNAUTHORISED, MAX_MESSAGE_BYTES, SUBPROTOCOL, TOKEN_PREFIX, WELCOME } from './page/wire.ts';
import { serveConnection, type ServedEngine } from './serve-connection.ts';

export interface WebSocketServeOptions {
  readonly engine: ServedEngine;
  /** Where upgrades are taken, `/engine`. */
  readonly path: string;
  /** What a page must show. */
  readonly token: string;
  /** Whether the request's Host and Origin are this server's own; others are answered 403. */
  readonly isOwnRequest: (request: IncomingMessage) => boolean;
}

/** A window that reads this far behind gets no more pictures; one that reads further behind is let go. */
const CONGESTED_BYTES = 4 * 2 ** 20;
const LOST_BYTES = 4 * MAX_MESSAGE_BYTES;

/** More windows than anybody opens; a page that opens sockets in a loop stops here. */
const MAX_WINDOWS = 32;

/**
 * Serves windows over WebSockets of an HTTP server. A page shows its token among the subprotocols of its upgrade; with
 * a wrong one the socket is closed with code 4401 before a message is read. Oversized messages close it with 1009
 * (RFC 6455), bytes that are no message with 1007.
 *
 * @returns a function that ends all connections
 */
export function serveWebSocket(server: Server, options: WebSocketServeOptions): () => void {
  const { engine, path, token, isOwnRequest } = options;
  const sockets = new WebSocketServer({
    noServer: true,
    maxPayload: MAX_MESSAGE_BYTES,
    perMessageDeflate: false,
    handleProtocols: (offered) => (offered.has(SUBPROTOCOL) ? SUBPROTOCOL : false),
  });

  server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    socket.on('error', () => socket.destroy());
    if (!isOwnRequest(request)) return refuse(socket, '403 Forbidden');
    if (request.url !== path) return refuse(socket, '404 Not Found');
    if (sockets.clients.size >= MAX_WINDOWS) return refuse(socket, '503 Service Unavailable');
    sockets.handleUpgrade(request, socket, head, (window) => {
      window.on('error', () => window.terminate());
      if (!showsToken(request, token)) return window.close(CLOSE_UNAUTHORISED, 'wrong token');
      serveWindow(engine, window);
    });
  });

  return () => {
    for (const window of sockets.clients) window.close(1001, 'Heed is closing');
    // A page that does not answer the closing handshake must not keep the process.
    for (const window of sockets.clients) window.terminate();
    sockets.close();
  };
}

function serveWindow(engine: ServedEngine, window: WebSocket): void {
  const send = (message: unknown): void => {
    if (window.readyState !== window.OPEN) return;
    if (window.bufferedAmount > LOST_BYTES) return window.terminate();
    window.send(encodeMessage(message));
  };
  const connection = serveConnection(engine, { send, isCongested: () => window.bufferedAmount > CONGESTED_BYTES });
  window.on('message', (data: RawData, isBinary: boolean) => {
    let message: unknown;
    try {
      if (!isBinary || !(data instanceof Uint8Array)) throw new TypeError('not binary');
      message = decodeMessage(data);
    } catch {
      return window.close(1007, 'not a message');
    }
    connection.receive(message);
  });
  window.on('close', () => connection.close());
  send(WELCOME);
}

/** Compares digests, so that neither the token's length nor its beginning can be found out by timing. */
function showsToken(request: IncomingMessage, token: string): boolean {
  const offered = (request.headers['sec-websocket-protocol'] ?? '').split(',').map((name) => name.trim());
  const shown = offered.find((name) => name.startsWith(TOKEN_PREFIX))?.slice(TOKEN_PREFIX.length) ?? '';
  const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(shown), digest(token));
}

function refuse(socket: Duplex, status: string): void {
  socket.end(`HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
}
