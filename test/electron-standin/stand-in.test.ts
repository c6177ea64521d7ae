import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { _electron, type ElectronApplication, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { chromium } from '../e2e/executables.ts';

const standIn = fileURLToPath(new URL('electron', import.meta.url));
const sampleApp = fileURLToPath(new URL('sample-app', import.meta.url));

interface Heard {
  navigations: string[];
  opened: string[];
  permissions: string[][];
  seconds: string[];
}

describe.skipIf(!chromium)('the stand-in for Electron, running a sample app in Chromium', () => {
  const profile = mkdtempSync(join(tmpdir(), 'heed-standin-'));
  const args = [sampleApp, `--user-data-dir=${profile}`, '--use-fake-device-for-media-stream'];
  let app: ElectronApplication;
  let page: Page;
  const heard = (): Promise<Heard> => app.evaluate(() => (globalThis as unknown as { heard: Heard }).heard);
  /** Evaluates in the page's world. */
  const inPage = <T>(expression: string): Promise<T> => page.evaluate(expression);

  beforeAll(async () => {
    app = await _electron.launch({ executablePath: standIn, args });
    page = await app.firstWindow();
    await page.waitForFunction('document.title === "ready"');
  });
  afterAll(async () => {
    await app.close();
    rmSync(profile, { recursive: true, force: true });
  });

  it('loads a page of the custom protocol and knows it by its own address', async () => {
    expect(await app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]!.webContents.getURL())).toBe(
      'sample://app/index.html',
    );
    expect(await app.evaluate(({ app }) => app.getVersion())).toBe('1.2.3');
  });

  it('gives the page neither Node nor the preload’s objects', async () => {
    expect(await inPage('[typeof process, typeof require, typeof ipcRenderer, typeof receive]')).toEqual(
      Array(4).fill('undefined'),
    );
  });

  it('carries calls over the bridge: values, callbacks, promises', async () => {
    expect(await inPage('sample.twice([1, 2], (x) => 10 * x)')).toEqual([10, 20]);
    expect(await inPage('sample.double([1, 2, 3])')).toEqual({ origin: 'sample://app', doubled: [2, 4, 6] });
    await expect(inPage('sample.double(1)')).rejects.toThrow("Error invoking remote method 'double'");
  });

  it('applies the Content-Security-Policy that the protocol handler sends', async () => {
    expect(
      await inPage(`new Promise((resolve) => {
        document.addEventListener('securitypolicyviolation', (event) => resolve(event.effectiveDirective), { once: true });
        document.body.appendChild(document.createElement('script')).textContent = 'window.inlineRan = true';
      })`),
    ).toBe('script-src-elem');
    expect(await inPage('typeof inlineRan')).toBe('undefined');
  });

  it('connects the page with a utility process by ports, and reports its end', async () => {
    await inPage('void sample.connect()');
    await expect.poll(() => inPage('typeof port')).toBe('object');
    const answer = inPage(`new Promise((resolve) => {
      port.onmessage = ({ data }) => resolve(data);
      port.postMessage(new Float32Array([0.5, 1.5]));
    })`);
    expect(await answer).toEqual({ sum: 2, kind: 'Float32Array' });
    await inPage('window.ended = new Promise((resolve) => sample.onChildExit(resolve)), undefined');
    const child = (await app.evaluate(({ app }) => app.getAppMetrics())).find(({ name }) => name === 'Sample child');
    process.kill(child!.pid, 'SIGKILL');
    expect(await inPage('ended')).not.toBe(0);
  });

  it('asks the permission handlers, and Chromium obeys them', async () => {
    const tracks = (constraints: string): Promise<string> =>
      inPage(`navigator.mediaDevices.getUserMedia(${constraints}).then((s) => s.getTracks()[0].kind, (e) => e.name)`);
    expect(await tracks('{ audio: true }')).toBe('audio');
    expect(await tracks('{ video: true }')).toBe('NotAllowedError');
    expect((await heard()).permissions).toEqual([
      ['media', 'audio'],
      ['media', 'video'],
    ]);
    expect(await inPage('navigator.permissions.query({ name: "geolocation" }).then((p) => p.state)')).toBe('denied');
  });

  it('lets the app prevent a navigation, and stays where it was', async () => {
    await inPage('void (location.href = "https://example.invalid/")');
    await expect.poll(async () => (await heard()).navigations).toEqual(['https://example.invalid/']);
    expect(await inPage('document.title')).toBe('ready');
  });

  it('opens no window that the app denied', async () => {
    expect(await inPage('window.open("https://example.invalid/popup")')).toBeNull();
    await inPage(`void Object.assign(document.createElement('a'), { href: '/by-link', target: '_blank' }).click()`);
    await expect
      .poll(async () => (await heard()).opened)
      .toEqual(['https://example.invalid/popup', 'sample://app/by-link']);
    await expect.poll(() => app.windows()).toHaveLength(1);
  });

  it('refuses a window that is not locked down', async () => {
    const open = app.evaluate(({ BrowserWindow }) => void new BrowserWindow({ webPreferences: { sandbox: false } }));
    await expect(open).rejects.toThrow('contextIsolation: true, sandbox: true');
  });

  it('ends a second instance and tells the first', async () => {
    const second = promisify(execFile)(standIn, [...args, 'second-argument']);
    await expect(second).rejects.toMatchObject({ code: 3 });
    await expect.poll(async () => (await heard()).seconds).toEqual(['second-argument']);
  });
});
