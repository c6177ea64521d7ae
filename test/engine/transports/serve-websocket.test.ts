import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import WebSocket from 'ws';
import type { EngineClient } from '../../../src/engine/client.ts';
import { connectWebSocket, type PageSocket } from '../../../src/engine/transports/page/websocket.ts';
import { MAX_MESSAGE_BYTES, SUBPROTOCOL, TOKEN_PREFIX } from '../../../src/engine/transports/page/wire.ts';
import { serveWebSocket } from '../../../src/engine/transports/serve-websocket.ts';
import { FakeEngine } from './fake-engine.ts';

const TOKEN = 'the-token-of-this-run';
const openSocket = (url: string, protocols: string[]): PageSocket =>
  new WebSocket(url, protocols) as unknown as PageSocket;

let engine: FakeEngine;
let server: Server;
let endWindows: () => void;
let url: string;
let clients: EngineClient[];

beforeEach(async () => {
  engine = new FakeEngine();
  clients = [];
  await listen(0);
});

afterEach(async () => {
  for (const client of clients) client.close();
  await end();
});

async function listen(port: number): Promise<void> {
  server = createServer();
  const isOwnRequest = ({ headers }: { headers: { origin?: string } }): boolean =>
    headers.origin !== 'http://evil.test';
  endWindows = serveWebSocket(server, { engine, token: TOKEN, path: '/engine', isOwnRequest });
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  url = `ws://127.0.0.1:${(server.address() as AddressInfo).port}/engine`;
}

function end(): Promise<void> {
  endWindows();
  return new Promise((resolve) => server.close(() => resolve()));
}

async function connect(token = TOKEN): Promise<EngineClient> {
  const client = await connectWebSocket(url, token, { open: openSocket, firstRetryMs: 5, longestRetryMs: 20 });
  clients.push(client);
  return client;
}

/** A socket that shows the token but speaks for itself. */
function rawSocket(options: WebSocket.ClientOptions = {}, path = ''): WebSocket {
  return new WebSocket(url + path, [SUBPROTOCOL, TOKEN_PREFIX + TOKEN], options);
}

const closeCode = (socket: WebSocket): Promise<number> => new Promise((resolve) => socket.once('close', resolve));
const refusal = (socket: WebSocket): Promise<string> =>
  new Promise((resolve) => socket.once('error', (error) => resolve(error.message)));

describe('the engine over a WebSocket', () => {
  it('carries sound there and back with its type and bits', async () => {
    const client = await connect();
    const samples = new Float32Array([0.1, -1, Number.MIN_VALUE]);
    const answer = await client.call('listen.push', { session: 's', samples });
    expect(answer).toEqual({ name: 'listen.push', input: { session: 's', samples } });
  });

  it('brings events', async () => {
    const client = await connect();
    const heard = new Promise((resolve) => client.on('engine.restarted', resolve));
    engine.emit('engine.restarted', { reason: 'It died.' });
    expect(await heard).toEqual({ reason: 'It died.' });
  });

  it('refuses a wrong token, with the code a page can explain, before any message is read', async () => {
    await expect(connect('guessed')).rejects.toMatchObject({ code: 'unauthorised' });
    await expect(connect('')).rejects.toMatchObject({ code: 'unauthorised' });
    expect(engine.dispatched).toEqual([]);
    expect(engine.listenerCount).toBe(0);
  });

  it('answers 403 to a foreign origin and 404 to another path, even with the token', async () => {
    expect(await refusal(rawSocket({ origin: 'http://evil.test' }))).toContain('403');
    expect(await refusal(rawSocket({}, '/other'))).toContain('404');
  });

  it('closes a socket that sends no message, and stays well for the others', async () => {
    const client = await connect();
    for (const nonsense of ['text', Buffer.from([0xc1]), Buffer.from([0xdd, 0xff, 0xff, 0xff, 0xff])]) {
      const socket = rawSocket();
      socket.once('open', () => socket.send(nonsense));
      expect(await closeCode(socket)).toBe(1007);
    }
    await expect(client.call('describe', {})).resolves.toBeDefined();
  });

  it('closes a socket that sends more than a message may hold', async () => {
    const socket = rawSocket();
    socket.once('open', () => socket.send(Buffer.alloc(MAX_MESSAGE_BYTES + 1)));
    expect(await closeCode(socket)).toBe(1009);
  });

  it('rejects calls under way when the server goes, and goes on by itself when it is back', async () => {
    const client = await connect();
    const restarted = new Promise((resolve) => client.on('engine.restarted', resolve));
    engine.answer = () => new Promise(() => {});
    const underWay = client.call('describe', {});
    const port = Number(new URL(url).port);
    await end();
    await expect(underWay).rejects.toMatchObject({ code: 'engine-lost' });
    await expect(client.call('describe', {})).rejects.toMatchObject({ code: 'engine-lost' });

    engine = new FakeEngine();
    await listen(port);
    expect(await restarted).toEqual({ reason: expect.stringContaining('is back') });
    await expect(client.call('describe', {})).resolves.toBeDefined();
  });

  it('tells who connects to nobody that nobody is there', async () => {
    const nowhere = connectWebSocket('ws://127.0.0.1:1/engine', TOKEN, { open: openSocket });
    await expect(nowhere).rejects.toMatchObject({ code: 'engine-lost' });
  });
});
