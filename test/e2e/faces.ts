import { execFileSync, spawn } from 'node:child_process';
import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { _electron, chromium as playwrightChromium, type ElectronApplication, type Page } from 'playwright-core';
import { chromium, electron } from './executables.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** What Chromium takes for a microphone: a file (over and over, if `loop`), or none at all. */
export type FakeMicrophone = { readonly file: string; readonly loop?: boolean } | 'missing';

export interface FaceOptions {
  readonly microphone: FakeMicrophone;
  /** Whether the user lets Heed use the microphone; true unless given. */
  readonly allowMicrophone?: boolean;
  /** Copied, so that nothing a test changes is seen by another; empty unless given. */
  readonly home?: string | undefined;
  /** Where the copy goes; what is there already is kept, and all of it stays at the end. A folder that goes, unless given. */
  readonly homeFolder?: string;
}

/** The studio, open in a window, whichever way it came there. */
export interface Face {
  readonly page: Page;
  /** The HEED_HOME it runs on. */
  readonly home: string;
  /** When the program was started, milliseconds since 1970. */
  readonly launchedAtMs: number;
  /** Set where the window belongs to the Electron shell. */
  readonly app?: ElectronApplication;
  /** Errors on the page's console so far, violations of its Content-Security-Policy among them. */
  readonly complaints: readonly string[];
  /** Requests that went anywhere but to the studio itself. */
  readonly strangeRequests: readonly string[];
  /** Kills the engine's process as a crash would. */
  killEngine(): Promise<void>;
  close(): Promise<void>;
}

export type OpenFace = (options: FaceOptions) => Promise<Face>;

/** The built app in Electron, or in the stand-in where Electron's binary is not to be had. */
export const openShell: OpenFace = async (options) => {
  const { home, folder } = await prepareHome(options);
  const launchedAtMs = Date.now();
  const app = await _electron.launch({
    executablePath: electron,
    args: ['.', `--user-data-dir=${join(folder, 'profile')}`, ...microphoneSwitches(options.microphone)],
    cwd: root,
    env: { ...environment(), HEED_HOME: home },
  });
  if (options.allowMicrophone === false)
    await app.evaluate(({ session }) =>
      session.defaultSession.setPermissionRequestHandler((_contents, _permission, answer) => answer(false)),
    );
  const page = await app.firstWindow();
  return {
    page,
    home,
    launchedAtMs,
    app,
    ...watch(page),
    killEngine: async () => {
      const metrics = await app.evaluate(({ app }) => app.getAppMetrics());
      process.kill(metrics.find(({ serviceName }) => serviceName === 'node.mojom.NodeService')!.pid, 'SIGKILL');
    },
    close: async () => {
      await app.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
};

/** `heed serve`, opened in a plain Chromium. */
export const openBrowser: OpenFace = async (options) => {
  const { home, folder } = await prepareHome(options);
  const launchedAtMs = Date.now();
  const server = spawn(
    process.execPath,
    ['--import', 'tsx', join(root, 'src/cli/main.ts'), 'serve', '--port', '0', '--json'],
    {
      cwd: root,
      env: { ...environment(), HEED_HOME: home, HEED_NO_BROWSER: '1' },
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  );
  const ended = new Promise((resolve) => server.once('exit', resolve));
  const [line] = await Promise.race([
    new Promise<string[]>((resolve) => createInterface(server.stdout).once('line', (text) => resolve([text]))),
    ended.then((code) => Promise.reject(new Error(`heed serve ended with ${String(code)}`))),
  ]);
  const { url } = JSON.parse(line!) as { url: string };
  const browser = await playwrightChromium.launch({
    ...(chromium ? { executablePath: chromium } : {}),
    args: microphoneSwitches(options.microphone),
  });
  const context = await browser.newContext({ permissions: options.allowMicrophone === false ? [] : ['microphone'] });
  const page = await context.newPage();
  const watched = watch(page);
  await page.goto(url);
  return {
    page,
    home,
    launchedAtMs,
    ...watched,
    killEngine: async () => void process.kill(childOf(server.pid!, /engine/), 'SIGKILL'),
    close: async () => {
      await browser.close();
      server.kill('SIGTERM');
      await ended;
      await rm(folder, { recursive: true, force: true });
    },
  };
};

/** Both ways to the studio, for tests that hold on either. */
export const faces: readonly (readonly [name: string, open: OpenFace])[] = [
  ['in the Electron shell', openShell],
  ['in a browser, by heed serve', openBrowser],
];

async function prepareHome({ home, homeFolder }: FaceOptions): Promise<{ home: string; folder: string }> {
  const folder = await mkdtemp(join(tmpdir(), 'heed-e2e-'));
  const copy = homeFolder ?? join(folder, 'home');
  if (home !== undefined) await cp(home, copy, { recursive: true });
  return { home: copy, folder };
}

/** Without what vitest sets for its own workers. */
function environment(): Record<string, string> {
  const { NODE_OPTIONS: _options, NODE_ENV: _env, VITEST: _vitest, ...rest } = process.env;
  return rest as Record<string, string>;
}

function microphoneSwitches(microphone: FakeMicrophone): string[] {
  if (microphone === 'missing') return ['--disable-audio-input'];
  const file = microphone.loop ? microphone.file : `${microphone.file}%noloop`;
  return ['--use-fake-device-for-media-stream', `--use-file-for-fake-audio-capture=${file}`];
}

function watch(page: Page): Pick<Face, 'complaints' | 'strangeRequests'> {
  const complaints: string[] = [];
  const strangeRequests: string[] = [];
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('console', (message) => {
    if (message.type() === 'error') complaints.push(message.text());
  });
  page.on('request', (request) => {
    const { hostname, protocol } = new URL(request.url());
    if (request.isNavigationRequest()) return;
    if (protocol !== 'heed:' && hostname !== '127.0.0.1' && !hostname.endsWith('.localhost'))
      strangeRequests.push(request.url());
  });
  return { complaints, strangeRequests };
}

/** The child of a process whose command line matches. */
function childOf(parent: number, pattern: RegExp): number {
  const processes = execFileSync('ps', ['-A', '-o', 'pid=,ppid=,args='], { encoding: 'utf8' }).split('\n');
  for (const line of processes) {
    const [, pid, parentPid, command] = /^\s*(\d+)\s+(\d+)\s+(.*)$/.exec(line) ?? [];
    if (Number(parentPid) === parent && pattern.test(command!)) return Number(pid);
  }
  throw new Error(`Process ${parent} has no child like ${String(pattern)}.`);
}
