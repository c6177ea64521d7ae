'use strict';
// BrowserWindow and the list of webContents. A window that is not locked down is refused.
const { EventEmitter } = require('node:events');
const { app } = require('./app.cjs');
const { WebContents } = require('./web-contents.cjs');

const windows = new Set();
let lastId = 0;

class BrowserWindow extends EventEmitter {
  id = ++lastId;
  webContents;
  #visible;
  #bounds;

  constructor(options = {}) {
    super();
    if (!app.isReady()) throw new Error('Cannot create BrowserWindow before app is ready');
    const { width = 800, height = 600, show = true, webPreferences = {} } = options;
    refuseUnlocked(webPreferences);
    this.#bounds = { x: 0, y: 0, width, height };
    this.#visible = show;
    const openWindow = (url) => new BrowserWindow(options).loadOpened(url);
    this.webContents = new WebContents({ preload: webPreferences.preload, width, height, openWindow });
    this.webContents.once('did-finish-load', () => this.emit('ready-to-show'));
    this.webContents.on('close-requested', () => this.close());
    this.webContents.once('destroyed', () => this.#onClosed());
    windows.add(this);
    app.emit('web-contents-created', {}, this.webContents);
    app.emit('browser-window-created', {}, this);
  }
  #onClosed() {
    windows.delete(this);
    this.emit('closed');
    if (windows.size === 0) app.onAllWindowsClosed();
  }
  loadURL(url) {
    return this.webContents.loadURL(url);
  }
  /** A window that a page opened because the app's handler allowed it. */
  loadOpened(url) {
    this.webContents.setWindowOpenHandler(() => ({ action: 'deny' }));
    this.loadURL(url).catch(() => {});
  }
  /** Asks the app's `close` listeners first; false where one prevented it. */
  close() {
    let prevented = false;
    this.emit('close', { preventDefault: () => (prevented = true) });
    if (!prevented) this.destroy();
    return !prevented;
  }
  destroy() {
    this.webContents.destroy();
  }
  isDestroyed() {
    return this.webContents.isDestroyed();
  }
  show() {
    this.#visible = true;
    this.emit('show');
  }
  hide() {
    this.#visible = false;
    this.emit('hide');
  }
  focus() {
    this.emit('focus');
  }
  isVisible() {
    return this.#visible;
  }
  isMinimized() {
    return false;
  }
  restore() {}
  setBackgroundColor() {}
  getBounds() {
    return { ...this.#bounds };
  }

  static getAllWindows() {
    return [...windows];
  }
  static fromWebContents(contents) {
    return [...windows].find((window) => window.webContents === contents) ?? null;
  }
}

function refuseUnlocked({ contextIsolation, sandbox, nodeIntegration, webSecurity, webviewTag }) {
  const wanted = [
    [contextIsolation === true, 'contextIsolation: true'],
    [sandbox === true, 'sandbox: true'],
    [!nodeIntegration, 'nodeIntegration: false'],
    [webSecurity !== false, 'webSecurity: true'],
    [!webviewTag, 'webviewTag: false'],
  ];
  const missing = wanted.filter(([met]) => !met).map(([, words]) => words);
  if (missing.length > 0)
    throw new Error(`This window is not locked down: its webPreferences need ${missing.join(', ')}.`);
}

app.watchTargets({
  // What Chromium opened for a link goes away again: the app's handler decides, and its windows are BrowserWindows.
  onPopup: (targetId) => app.chromium.send('Target.closeTarget', { targetId }).catch(() => {}),
  onTargetDestroyed: (targetId) => webContents.fromDevToolsTargetId(targetId)?.destroy(),
});
app.onQuit(() => [...windows].every((window) => window.close()));

const webContents = {
  getAllWebContents: () => [...windows].map((window) => window.webContents),
  fromId: (id) => webContents.getAllWebContents().find((contents) => contents.id === id),
  fromDevToolsTargetId: (targetId) =>
    webContents.getAllWebContents().find((contents) => contents.targetId === targetId),
};

module.exports = { BrowserWindow, webContents };
