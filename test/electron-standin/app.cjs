'use strict';
// The app object: start, paths, one instance, quitting. It owns the Chromium in which the windows live.
const { EventEmitter } = require('node:events');
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');
const { launchChromium } = require('./chromium.cjs');
const { describeApp, switches, switchValue } = require('./command-line.cjs');
const { startProtocolServer } = require('./protocol.cjs');
const { SingleInstanceLock } = require('./single-instance-lock.cjs');

const { appPath, manifest } = describeApp();
const givenProfile = switchValue('user-data-dir');
const profileFolder = givenProfile ?? fs.mkdtempSync(path.join(os.tmpdir(), 'electron-standin-'));

class App extends EventEmitter {
  isPackaged = false;
  name = manifest.productName ?? manifest.name;
  /** The connection to Chromium, once ready. */
  chromium = undefined;
  commandLine = new CommandLine();
  #paths = new Map([
    ['userData', profileFolder],
    ['temp', os.tmpdir()],
    ['home', os.homedir()],
    ['exe', process.argv[0]],
  ]);
  #lock = new SingleInstanceLock();
  #ready = false;
  #readyPromise = new Promise((resolve) => this.once('ready', () => resolve()));
  #quitting = false;
  #processes = new Set();
  #onPopup = () => {};
  #onTargetDestroyed = () => {};
  #closeWindows = () => true;

  // --- Electron's methods

  whenReady() {
    return this.#readyPromise;
  }
  isReady() {
    return this.#ready;
  }
  getName() {
    return this.name;
  }
  setName(name) {
    this.name = name;
  }
  getVersion() {
    return manifest.version ?? '0.0.0';
  }
  getAppPath() {
    return appPath;
  }
  getPath(name) {
    if (!this.#paths.has(name)) throw new Error(`Failed to get '${name}' path`);
    return this.#paths.get(name);
  }
  setPath(name, folder) {
    this.#paths.set(name, folder);
  }
  getLocale() {
    return 'en-US';
  }
  enableSandbox() {} // every window must ask for it anyway
  setAppUserModelId() {}
  requestSingleInstanceLock() {
    return this.#lock.request(this.getPath('userData'), (argv, folder) =>
      this.emit('second-instance', {}, argv, folder),
    );
  }
  hasSingleInstanceLock() {
    return this.#lock.held;
  }
  getAppMetrics() {
    return [...this.#processes].map(({ pid, serviceName }) => ({
      pid,
      type: 'Utility',
      serviceName: 'node.mojom.NodeService',
      name: serviceName,
    }));
  }
  quit() {
    if (this.#quitting) return;
    let prevented = false;
    const event = { preventDefault: () => (prevented = true) };
    this.emit('before-quit', event);
    if (prevented) return;
    this.#quitting = true;
    if (this.#closeWindows()) this.emit('will-quit', event);
    else prevented = true;
    if (prevented) this.#quitting = false;
    else this.exit(0);
  }
  exit(code = 0) {
    this.#quitting = true;
    this.emit('quit', {}, code);
    for (const child of this.#processes) child.kill();
    this.#lock.release();
    Promise.resolve(this.chromium?.close()).finally(() => {
      if (givenProfile === undefined) fs.rmSync(profileFolder, { recursive: true, force: true, maxRetries: 5 });
      process.exit(code);
    });
  }

  // --- for the other parts of the stand-in

  /** Utility processes die with the app. */
  addProcess(child) {
    this.#processes.add(child);
    child.once('exit', () => this.#processes.delete(child));
  }
  /** `onPopup(targetId)`: a page opened a window; `onTargetDestroyed(targetId)`: a page has gone. */
  watchTargets({ onPopup, onTargetDestroyed }) {
    this.#onPopup = onPopup;
    this.#onTargetDestroyed = onTargetDestroyed;
  }
  /** `closeWindows()` closes all windows; false where one refused. */
  onQuit(closeWindows) {
    this.#closeWindows = closeWindows;
  }
  onAllWindowsClosed() {
    if (!this.#quitting && !this.emit('window-all-closed')) this.quit();
  }
  async start() {
    this.chromium = await launchChromium({
      profileFolder,
      switches: [...switches, ...this.commandLine.appended],
      onPopup: (targetId) => this.#onPopup(targetId),
      onTargetDestroyed: (targetId) => this.#onTargetDestroyed(targetId),
      onExit: () => this.#quitting || this.exit(1),
    });
    await startProtocolServer();
    this.#ready = true;
    this.emit('ready', {}, {});
  }
}

class CommandLine {
  /** The switches that the app added, as Chromium wants them. */
  appended = [];
  appendSwitch(name, value = '') {
    this.appended.push(value === '' ? `--${name}` : `--${name}=${value}`);
  }
  hasSwitch(name) {
    return switchValue(name) !== undefined;
  }
  getSwitchValue(name) {
    return switchValue(name) ?? '';
  }
}

const app = new App();
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => app.quit());
// Chromium starts after the main script's synchronous part, so that switches appended there count.
setImmediate(() =>
  app.start().catch((error) => {
    console.error(error);
    process.exit(1);
  }),
);

module.exports = { app };
