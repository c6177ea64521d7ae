import { isOversized } from './page/wire.ts';
import { serveConnection, type Connection, type ServedEngine } from './serve-connection.ts';

/** What Electron's MessagePortMain, Node's MessagePort and a child process's channel have in common. */
export interface EnginePort {
  postMessage(message: unknown): void;
  on(event: 'message', listener: (message: unknown) => void): void;
  on(event: 'close', listener: () => void): void;
}

/**
 * Serves one window over a port until the port closes. A message that is too large is dropped unread, so only what
 * the page's own client would not send is lost.
 */
export function serveMessagePort(engine: ServedEngine, port: EnginePort): Connection {
  const connection = serveConnection(engine, { send: (message) => port.postMessage(message) });
  port.on('message', (message) => {
    if (!isOversized(message)) connection.receive(message);
  });
  port.on('close', () => connection.close());
  return connection;
}
