import type { EngineClient } from '../../client.ts';
import { HeedError } from '../../../errors.ts';
import { attachPort, type PagePort } from './message-port.ts';
import { connectWebSocket } from './websocket.ts';
import { createWireClient } from './wire-client.ts';
import { ENGINE_PORT_MESSAGE } from './wire.ts';

/** What the preload script of the Electron shell puts into its page, as `window.heed`. */
export interface HeedBridge {
  /** Asks the shell for a port to the engine; it arrives as a window message, now and after each restart. */
  requestEnginePort(): void;
  /** Shows the folder of the user's data in the system's file manager. */
  openDataFolder(): void;
}

/** What the preload posts to its page whenever the engine's state changes; with `ready` comes the port. */
export interface EnginePortMessage {
  readonly type: typeof ENGINE_PORT_MESSAGE;
  readonly state: 'ready' | 'lost';
  /** Why the engine was started again, in a sentence; null where it is the first one. */
  readonly reason: string | null;
}

interface PageMessageEvent {
  readonly source: unknown;
  readonly origin: string;
  readonly data: unknown;
  readonly ports: readonly PagePort[];
}

/** The part of a window that is needed to find the engine. */
export interface Page {
  readonly heed?: HeedBridge;
  readonly location: { readonly origin: string; readonly host: string; readonly hash: string };
  addEventListener(type: 'message', listener: (event: PageMessageEvent) => void): void;
  removeEventListener(type: 'message', listener: (event: PageMessageEvent) => void): void;
}

/**
 * The engine that belongs to this page: through the Electron shell's port, or through the WebSocket of `heed serve`.
 * The client outlives the engine: after a restart the same object goes on, its listeners kept, and
 * `engine.restarted` tells them.
 *
 * @throws {HeedError} engine-lost, where no engine answers; unauthorised, where the page is not this run's
 */
export function connectEngine(page: Page = globalThis as unknown as Page): Promise<EngineClient> {
  if (page.heed) return connectShell(page, page.heed);
  const token = new URLSearchParams(page.location.hash.slice(1)).get('token') ?? '';
  return connectWebSocket(`ws://${page.location.host}/engine`, token);
}

function connectShell(page: Page, bridge: HeedBridge): Promise<EngineClient> {
  return new Promise((resolve) => {
    let port: PagePort | undefined;
    const client = createWireClient(() => {
      page.removeEventListener('message', receive);
      port?.close();
    });
    const receive = (event: PageMessageEvent): void => {
      if (event.source !== page || event.origin !== page.location.origin || !isEnginePortMessage(event.data)) return;
      if (event.data.state === 'lost') return client.detach(lost(event.data.reason));
      const next = event.ports[0];
      if (!next) return;
      port?.close();
      port = next;
      attachPort(client, next);
      if (event.data.reason !== null) client.announce('engine.restarted', { reason: event.data.reason });
      resolve(client);
    };
    page.addEventListener('message', receive);
    bridge.requestEnginePort();
  });
}

function isEnginePortMessage(data: unknown): data is EnginePortMessage {
  return typeof data === 'object' && data !== null && 'type' in data && data.type === ENGINE_PORT_MESSAGE;
}

function lost(reason: string | null): HeedError {
  return new HeedError(
    'engine-lost',
    `${reason ?? 'The engine stopped.'} It is being started again; nothing saved is lost.`,
  );
}
