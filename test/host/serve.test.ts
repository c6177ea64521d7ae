import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { request, type IncomingHttpHeaders } from 'node:http';
import { connect as connectTcp } from 'node:net';
import { networkInterfaces, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import WebSocket from 'ws';
import { connectWebSocket, type PageSocket } from '../../src/engine/transports/page/websocket.ts';
import { serveStudio, type ServedStudio } from '../../src/host/serve.ts';
import { isRunning } from './running-processes.ts';

let home: string;
let studioFolder: string;
let studio: ServedStudio;
let address: URL;
let token: string;

beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'heed-home-'));
  studioFolder = await mkdtemp(join(tmpdir(), 'heed-studio-'));
  vi.stubEnv('HEED_HOME', home);
  await writeFile(join(studioFolder, 'index.html'), '<!doctype html><title>Heed</title>');
  studio = await serveStudio({ port: 0, studioFolder, endOnSignals: false });
  address = new URL(studio.url);
  token = new URLSearchParams(address.hash.slice(1)).get('token')!;
});

afterAll(async () => {
  await studio.close();
  vi.unstubAllEnvs();
  for (const folder of [home, studioFolder]) await rm(folder, { recursive: true, force: true });
});

interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** A request whose path and headers go out as they stand here. */
function get(path: string, headers: Record<string, string> = {}, method = 'GET'): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const { hostname, port } = address;
    const sent = request({ hostname, port, path, method, headers, agent: false }, (response) => {
      let body = '';
      response.setEncoding('utf8').on('data', (text: string) => (body += text));
      response.on('end', () => resolve({ status: response.statusCode!, headers: response.headers, body }));
    });
    sent.on('error', reject).end();
  });
}

const openSocket = (url: string, protocols: string[]): PageSocket =>
  new WebSocket(url, protocols, { origin: address.origin }) as unknown as PageSocket;
const connect = (shown = token) =>
  connectWebSocket(`ws://${address.host}/engine`, shown, { open: openSocket, firstRetryMs: 10 });

describe('serveStudio', () => {
  it('serves the page with a strict policy that lets it reach its own engine', async () => {
    const { status, headers, body } = await get('/');
    expect(status).toBe(200);
    expect(body).toContain('<title>Heed</title>');
    expect(headers['content-type']).toBe('text/html; charset=utf-8');
    expect(headers['content-security-policy']).toContain(`connect-src 'self' ws://${address.host}`);
    expect(headers['content-security-policy']).not.toContain('unsafe');
  });

  it('answers 403 to a foreign Host and to a foreign Origin', async () => {
    expect(await get('/', { Host: `evil.test:${address.port}` })).toMatchObject({ status: 403 });
    expect(await get('/', { Origin: 'http://evil.test' })).toMatchObject({ status: 403 });
  });

  it('answers 404 to whoever tries to leave its folder, and to what is not there', async () => {
    for (const path of ['/../../etc/passwd', '/%2e%2e/%2e%2e/etc/passwd', '/..%2fpackage.json', '/missing.js']) {
      expect(await get(path)).toMatchObject({ status: 404 });
    }
  });

  it('answers 405 to what is not a reading', async () => {
    expect(await get('/', {}, 'POST')).toMatchObject({ status: 405 });
  });

  it('opens the engine to its own page, and to no window the calls that name files', async () => {
    const client = await connect();
    expect(await client.call('describe', {})).toMatchObject({ version: expect.any(String) });
    await expect(client.call('inspect', { file: '/etc/passwd' })).rejects.toMatchObject({ code: 'unauthorised' });
    client.close();
  });

  it('closes the engine to a wrong token and to a foreign page with the right one', async () => {
    await expect(connect('wrong')).rejects.toMatchObject({ code: 'unauthorised' });
    const socket = new WebSocket(`ws://${address.host}/engine`, ['heed.v1', `heed.token.${token}`], {
      origin: 'http://evil.test',
    });
    const message = await new Promise<string>((resolve) => socket.once('error', (error) => resolve(error.message)));
    expect(message).toContain('403');
  });

  it('makes a token of at least 256 bits and keeps it in the fragment', () => {
    expect(Buffer.from(token, 'base64url').byteLength).toBeGreaterThanOrEqual(32);
    expect(address.search).toBe('');
    expect(address.hostname).toBe('127.0.0.1');
  });

  it('names the port and the way out where the port is in use', async () => {
    const second = serveStudio({ port: Number(address.port), studioFolder, endOnSignals: false });
    await expect(second).rejects.toMatchObject({
      code: 'port-in-use',
      message: expect.stringMatching(new RegExp(`${address.port}.*--port`)),
    });
  });

  const outside = Object.values(networkInterfaces())
    .flatMap((addresses) => addresses ?? [])
    .find(({ family, internal }) => family === 'IPv4' && !internal)?.address;

  it.skipIf(outside === undefined)('cannot be reached by any other address of this computer', async () => {
    const outcome = await new Promise<string>((resolve) => {
      const socket = connectTcp({ host: outside!, port: Number(address.port) });
      socket.once('connect', () => resolve('connected'));
      socket.once('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? ''));
    });
    expect(outcome).toBe('ECONNREFUSED');
  });

  it('starts a killed engine again, tells the page, and answers over the same client', async () => {
    const client = await connect();
    await client.call('describe', {});
    const restarted = new Promise<{ reason: string }>((resolve) => client.on('engine.restarted', resolve));
    const killed = studio.enginePid!;
    process.kill(killed, 'SIGKILL');
    expect((await restarted).reason).toContain('SIGKILL');
    expect(studio.enginePid).not.toBe(killed);
    expect(await client.call('describe', {})).toMatchObject({ version: expect.any(String) });
    client.close();
  });

  it('ends the engine with itself', async () => {
    const other = await serveStudio({ port: 0, studioFolder, endOnSignals: false });
    const pid = other.enginePid!;
    expect(isRunning(pid)).toBe(true);
    await other.close();
    expect(isRunning(pid)).toBe(false);
  });
});
