import { randomBytes } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { serveWebSocket } from '../engine/transports/serve-websocket.ts';
import { HeedError } from '../errors.ts';
import { startEngineProcess, type EngineProcess } from './engine-process.ts';
import { openBrowser } from './open-browser.ts';
import { builtStudioFolder } from './start/build.ts';
import { isOwnRequest } from './studio/own-requests.ts';
import { pageHeaders } from './studio/page-policy.ts';
import { readStudioFile } from './studio/studio-files.ts';

export interface ServeOptions {
  /** Where to listen; without one, 7433, or any free port where that is taken. */
  readonly port?: number | undefined;
  /** Whether to show the studio in the default browser. */
  readonly open?: boolean | undefined;
  /** Whether SIGINT and SIGTERM end the server and then the process; true unless given. */
  readonly endOnSignals?: boolean | undefined;
  /** The built studio; without one it is built from the sources where it is missing or older than they are. */
  readonly studioFolder?: string | undefined;
}

export interface ServedStudio {
  /** The address to open; its fragment holds the token, which browsers send to nobody. */
  readonly url: string;
  /** The engine's process; another one after a restart. */
  readonly enginePid: number | undefined;
  /** Ends the server and the engine's process. */
  close(): Promise<void>;
}

/** Chosen once so that a browser's permission for the microphone, which is kept per port, lasts. */
const USUAL_PORT = 7433;

const ENGINE_PATH = '/engine';

/**
 * Serves the studio to a browser on this computer: on 127.0.0.1 only, to pages that know this run's random token, with
 * the engine in a process of its own.
 *
 * @throws {HeedError} port-in-use; engine-lost, where the engine cannot be started; file-missing, where the studio
 *   cannot be built
 */
export async function serveStudio(options: ServeOptions = {}): Promise<ServedStudio> {
  const { open = false, endOnSignals = true } = options;
  const studioFolder = options.studioFolder ?? (await builtStudioFolder());
  const server = createServer();
  await listen(server, options.port);
  const { port } = server.address() as AddressInfo;
  let engine: EngineProcess;
  try {
    engine = await startEngineProcess();
  } catch (error) {
    server.close();
    throw error;
  }

  const token = randomBytes(32).toString('base64url');
  server.on('request', (request: IncomingMessage, response: ServerResponse) => {
    answer(request, response, studioFolder, port).catch(() => response.destroy());
  });
  const endWindows = serveWebSocket(server, {
    engine,
    token,
    path: ENGINE_PATH,
    isOwnRequest: ({ headers }) => isOwnRequest(headers, port, true),
  });

  const url = `http://127.0.0.1:${port}/#token=${token}`;
  let closing: Promise<void> | undefined;
  const end = async (): Promise<void> => {
    endWindows();
    const ended = new Promise<void>((resolve) => server.close(() => resolve()));
    server.closeAllConnections();
    await Promise.all([ended, engine.stop()]);
    for (const signal of SIGNALS) process.off(signal, endProcess);
  };
  const close = (): Promise<void> => (closing ??= end());
  const endProcess = (): void => void close().finally(() => process.exit(0));
  if (endOnSignals) for (const signal of SIGNALS) process.on(signal, endProcess); // an impatient second one changes nothing

  if (open) openBrowser(url);
  return {
    url,
    get enginePid() {
      return engine.pid;
    },
    close,
  };
}

const SIGNALS = ['SIGINT', 'SIGTERM'] as const;

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  studioFolder: string,
  port: number,
): Promise<void> {
  const refuse = (status: number, sentence: string): void => {
    response.writeHead(status, { 'Content-Type': 'text/plain; charset=utf-8', 'X-Content-Type-Options': 'nosniff' });
    response.end(`${sentence}\n`);
  };
  if (!isOwnRequest(request.headers, port, false)) return refuse(403, 'This is not a page of Heed.');
  if (request.method !== 'GET' && request.method !== 'HEAD') return refuse(405, 'Heed only serves pages here.');
  const path = (request.url ?? '/').split('?')[0]!;
  const file = await readStudioFile(studioFolder, path);
  if (!file) return refuse(404, 'The studio has no such file.');
  response.writeHead(200, {
    ...pageHeaders([`ws://${request.headers.host}`]),
    'Content-Type': file.contentType,
    'Content-Length': file.contents.byteLength,
  });
  response.end(request.method === 'HEAD' ? undefined : file.contents);
}

async function listen(server: Server, port: number | undefined): Promise<void> {
  if (port !== undefined) return listenOn(server, port);
  try {
    await listenOn(server, USUAL_PORT);
  } catch (error) {
    if (!(error instanceof HeedError && error.code === 'port-in-use')) throw error;
    await listenOn(server, 0);
  }
}

function listenOn(server: Server, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const refused = (error: NodeJS.ErrnoException): void => reject(listenError(error, port));
    server.once('error', refused);
    server.listen({ host: '127.0.0.1', port, exclusive: true }, () => {
      server.off('error', refused);
      resolve();
    });
  });
}

function listenError(error: NodeJS.ErrnoException, port: number): HeedError {
  if (error.code === 'EADDRINUSE') {
    const sentence = `Port ${port} is in use, perhaps by another Heed. Close that one, or choose another port with --port.`;
    return new HeedError('port-in-use', sentence, { cause: error });
  }
  if (error.code === 'EACCES') {
    const sentence = `Port ${port} is reserved for the system. Choose one above 1023 with --port.`;
    return new HeedError('usage', sentence, { cause: error });
  }
  return new HeedError('internal', `Heed could not listen on port ${port}: ${error.message}`, { cause: error });
}
