'use strict';
// Chromium, driven over its debugging pipe (the DevTools protocol, messages that end in a zero byte).
const { spawn } = require('node:child_process');
const fs = require('node:fs');
const path = require('node:path');

const usualPlaces = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/opt/google/chrome/chrome',
];

// Nothing on the network, no first-run pages, and no slowing of a window that nobody looks at.
const steadying = [
  '--no-first-run',
  '--no-default-browser-check',
  '--no-startup-window',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-default-apps',
  '--disable-extensions',
  '--disable-sync',
  '--disable-quic',
  '--disable-gpu',
  '--disable-dev-shm-usage',
  '--disable-background-timer-throttling',
  '--disable-renderer-backgrounding',
  '--disable-backgrounding-occluded-windows',
  '--disable-features=HttpsUpgrades,HttpsFirstBalancedModeAutoEnable',
  '--password-store=basic',
  '--use-mock-keychain',
];

/** Where Chromium is: HEED_CHROMIUM, or where packages put it; undefined where there is none. */
function findChromium() {
  return [process.env.HEED_CHROMIUM, ...usualPlaces].find((file) => file && fs.existsSync(file));
}

/**
 * Starts Chromium and answers with its connection once it listens; Playwright waits for the line that this prints.
 * `onPopup(targetId)`, `onTargetDestroyed(targetId)` and `onExit()` say when a page opened a window, and when
 * a window, or all of Chromium, has gone.
 */
async function launchChromium({ profileFolder, switches, onPopup, onTargetDestroyed, onExit }) {
  const executable = findChromium();
  if (!executable) throw new Error('No Chromium was found. Install one, or name it in HEED_CHROMIUM.');
  const port = switches.some((text) => text.startsWith('--remote-debugging-port')) ? [] : ['--remote-debugging-port=0'];
  const headless = process.env.DISPLAY ? [] : ['--headless=new'];
  const unsandboxed = process.getuid?.() === 0 && !switches.includes('--no-sandbox') ? ['--no-sandbox'] : [];
  const child = spawn(
    executable,
    [
      ...switches.filter((text) => !text.startsWith('--user-data-dir')),
      ...[...port, ...headless, ...unsandboxed, ...steadying],
      '--remote-debugging-pipe',
      `--user-data-dir=${path.join(profileFolder, 'chromium')}`,
    ],
    { stdio: ['ignore', 'ignore', 'pipe', 'pipe', 'pipe'] },
  );
  const url = await new Promise((resolve, reject) => {
    let printed = '';
    child.once('error', reject);
    child.once('exit', (code) => reject(new Error(`Chromium ended with ${code}: ${printed.slice(-2000)}`)));
    child.stderr.on('data', (data) => {
      printed = (printed + data).slice(-8000);
      const listening = /DevTools listening on (ws:\/\/\S+)/.exec(printed);
      if (listening) resolve(listening[1]);
    });
  });
  const connection = connect(child, onPopup, onTargetDestroyed);
  const { product } = await connection.send('Browser.getVersion');
  Object.defineProperty(process.versions, 'chrome', { value: product.split('/')[1], enumerable: true });
  await connection.send('Target.setDiscoverTargets', { discover: true });
  child.once('exit', onExit);
  process.on('exit', () => child.kill('SIGKILL'));
  process.stderr.write(`DevTools listening on ${url}\n`);
  return connection;
}

function connect(child, onPopup, onTargetDestroyed) {
  const [, , , input, output] = child.stdio;
  const waiting = new Map();
  const sessionListeners = new Map();
  let lastId = 0;

  const receive = ({ id, result, error, sessionId, method, params }) => {
    if (id !== undefined) {
      const call = waiting.get(id);
      waiting.delete(id);
      if (error) call?.reject(new Error(`${call.method}: ${error.message}`));
      else call?.resolve(result);
    } else if (sessionId) sessionListeners.get(sessionId)?.(method, params);
    else if (method === 'Target.targetDestroyed') onTargetDestroyed(params.targetId);
    else if (method === 'Target.targetCreated' && params.targetInfo.openerId) onPopup(params.targetInfo.targetId);
  };
  let unread = '';
  output.setEncoding('utf8').on('data', (data) => {
    const messages = (unread + data).split('\0');
    unread = messages.pop();
    for (const message of messages) receive(JSON.parse(message));
  });
  input.on('error', () => {}); // Chromium has gone; `exit` says so

  return {
    /** One command; rejects with Chromium's own words. */
    send(method, params = {}, sessionId = undefined) {
      return new Promise((resolve, reject) => {
        waiting.set(++lastId, { resolve, reject, method });
        input.write(`${JSON.stringify({ id: lastId, method, params, sessionId })}\0`);
      });
    },
    /** Events of one window: `listener(method, params)`. */
    onSession(sessionId, listener) {
      sessionListeners.set(sessionId, listener);
    },
    /** Ends Chromium: asked first, killed where it does not answer within two seconds. */
    async close() {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const ended = new Promise((resolve) => child.once('exit', resolve));
      this.send('Browser.close').catch(() => {});
      const timer = setTimeout(() => child.kill('SIGKILL'), 2000);
      await ended;
      clearTimeout(timer);
    },
  };
}

module.exports = { findChromium, launchChromium };
