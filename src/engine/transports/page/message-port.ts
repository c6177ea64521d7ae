import type { EngineClient } from '../../client.ts';
import { HeedError } from '../../../errors.ts';
import { isOversized, MAX_MESSAGE_BYTES, type CallMessage } from './wire.ts';
import { createWireClient, type Send, type WireClient } from './wire-client.ts';

/** What a page's MessagePort and Node's have in common. */
export interface PagePort {
  postMessage(message: unknown): void;
  addEventListener(type: 'message', listener: (event: { data: unknown }) => void): void;
  addEventListener(type: 'close', listener: () => void): void;
  start(): void;
  close(): void;
}

/**
 * A client of the engine at the port's other end. Sound is copied, never transferred: Electron's ports lose
 * transferred ArrayBuffers (electron#34905).
 */
export function connectMessagePort(port: PagePort): EngineClient {
  const client = createWireClient(() => port.close());
  attachPort(client, port);
  return client;
}

/** Lets an existing client speak through this port from now on. */
export function attachPort(client: WireClient, port: PagePort): void {
  const send: Send = (message) => {
    refuseOversized(message);
    port.postMessage(message);
  };
  client.attach(send);
  port.addEventListener('message', (event) => client.receive(event.data));
  port.start();
}

/** @throws {HeedError} usage, where a call carries more than a message may */
export function refuseOversized(message: CallMessage): void {
  if (!isOversized(message)) return;
  const limitMiB = MAX_MESSAGE_BYTES / 2 ** 20;
  throw new HeedError(
    'usage',
    `This is more than Heed takes at once (${limitMiB} MiB). Nothing was changed; give it in shorter pieces.`,
  );
}
