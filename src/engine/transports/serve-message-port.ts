import { isOversized } from './page/wire.ts';
import { serveConnection, type Connection, type ServedEngine } from './serve-connection.ts';

/** A port as the engine's side needs it; Electron's MessagePortMain and Node's MessagePort are made into one. */
export interface EnginePort {
  postMessage(message: unknown): void;
  onMessage(listener: (message: unknown) => void): void;
  onClose(listener: () => void): void;
}

/**
 * Serves one window over a port until the port closes. A message that is too large is dropped unread, so only what
 * the page's own client would not send is lost.
 */
export function serveMessagePort(engine: ServedEngine, port: EnginePort): Connection {
  const connection = serveConnection(engine, { send: (message) => port.postMessage(message) });
  port.onMessage((message) => {
    if (!isOversized(message)) connection.receive(message);
  });
  port.onClose(() => connection.close());
  return connection;
}
