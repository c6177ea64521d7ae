import { MessageChannel, type MessagePort } from 'node:worker_threads';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { connectEngine, type Page } from '../../../../src/engine/transports/page/connect.ts';
import { ENGINE_PORT_MESSAGE } from '../../../../src/engine/transports/page/wire.ts';
import { serveMessagePort } from '../../../../src/engine/transports/serve-message-port.ts';
import { FakeEngine } from '../fake-engine.ts';

const ORIGIN = 'heed://studio';
const ports: MessagePort[] = [];

afterEach(() => {
  for (const port of ports.splice(0)) port.close();
});

/** A page in the shell: what it posts to itself, and a port to a fake engine whenever one is wanted. */
function shellPage() {
  const listeners = new Set<(event: never) => void>();
  const page = {
    heed: { requestEnginePort: vi.fn(), openDataFolder: vi.fn() },
    location: { origin: ORIGIN, host: 'studio', hash: '' },
    addEventListener: (_type: string, listener: (event: never) => void) => void listeners.add(listener),
    removeEventListener: (_type: string, listener: (event: never) => void) => void listeners.delete(listener),
  };
  const post = (data: unknown, from: { source?: unknown; origin?: string; ports?: MessagePort[] } = {}): void => {
    const event = { source: page, origin: ORIGIN, ports: [], ...from, data };
    for (const listener of [...listeners]) listener(event as never);
  };
  const enginePort = (engine: FakeEngine): MessagePort => {
    const { port1, port2 } = new MessageChannel();
    ports.push(port1, port2);
    serveMessagePort(engine, {
      postMessage: (message) => port1.postMessage(message),
      onMessage: (listener) => void port1.on('message', listener),
      onClose: (listener) => void port1.on('close', listener),
    });
    return port2;
  };
  const ready = (engine: FakeEngine, reason: string | null = null): void =>
    post({ type: ENGINE_PORT_MESSAGE, state: 'ready', reason }, { ports: [enginePort(engine)] });
  return { page: page as unknown as Page, bridge: page.heed, post, ready, enginePort };
}

describe('connectEngine in the shell', () => {
  it('asks the preload for a port and speaks through the one that comes', async () => {
    const { page, bridge, ready } = shellPage();
    const connecting = connectEngine(page);
    expect(bridge.requestEnginePort).toHaveBeenCalledTimes(1);
    ready(new FakeEngine());
    const client = await connecting;
    expect(await client.call('describe', {})).toEqual({ name: 'describe', input: {} });
  });

  it('takes no port from another window, another origin or another message', async () => {
    const { page, post, ready, enginePort } = shellPage();
    const impostor = new FakeEngine();
    const connecting = connectEngine(page);
    const message = { type: ENGINE_PORT_MESSAGE, state: 'ready', reason: null };
    post(message, { source: {}, ports: [enginePort(impostor)] });
    post(message, { origin: 'http://evil.test', ports: [enginePort(impostor)] });
    post({ type: 'other' }, { ports: [enginePort(impostor)] });
    post(null, { ports: [enginePort(impostor)] });
    const engine = new FakeEngine();
    ready(engine);
    await (await connecting).call('describe', {});
    expect(impostor.dispatched).toEqual([]);
    expect(engine.dispatched).toHaveLength(1);
  });

  it('keeps the client and its listeners over a restart of the engine, and tells them why', async () => {
    const { page, post, ready } = shellPage();
    const connecting = connectEngine(page);
    const first = new FakeEngine();
    ready(first);
    const client = await connecting;
    const restarted = vi.fn();
    client.on('engine.restarted', restarted);

    first.answer = () => new Promise(() => {});
    const underWay = client.call('describe', {});
    post({ type: ENGINE_PORT_MESSAGE, state: 'lost', reason: 'The engine stopped (exit code 9).' });
    await expect(underWay).rejects.toMatchObject({ code: 'engine-lost', message: expect.stringContaining('code 9') });
    await expect(client.call('describe', {})).rejects.toMatchObject({ code: 'engine-lost' });
    expect(restarted).not.toHaveBeenCalled();

    ready(new FakeEngine(), 'The engine was started again.');
    expect(restarted).toHaveBeenCalledExactlyOnceWith({ reason: 'The engine was started again.' });
    expect(await client.call('settings.get', {})).toMatchObject({ name: 'settings.get' });
  });
});

describe('connectEngine in a browser', () => {
  it('goes to the host that served the page, with the token of the fragment', async () => {
    const opened: { url: string; protocols: string[] }[] = [];
    class NoSocket extends EventTarget {
      binaryType = '';
      constructor(url: string, protocols: string[]) {
        super();
        opened.push({ url, protocols });
        queueMicrotask(() => this.dispatchEvent(Object.assign(new Event('close'), { code: 1006 })));
      }
      close(): void {}
    }
    vi.stubGlobal('WebSocket', NoSocket);
    const location = { origin: 'http://127.0.0.1:7433', host: '127.0.0.1:7433', hash: '#token=abc-_1' };
    const page = { location, addEventListener() {}, removeEventListener() {} };
    await expect(connectEngine(page as unknown as Page)).rejects.toMatchObject({ code: 'engine-lost' });
    expect(opened).toEqual([{ url: 'ws://127.0.0.1:7433/engine', protocols: ['heed.v1', 'heed.token.abc-_1'] }]);
    vi.unstubAllGlobals();
  });
});
