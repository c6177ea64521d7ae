'use strict';
// One page of Chromium, as Electron's webContents: loading, messages, permissions, navigation guards.
const { randomBytes } = require('node:crypto');
const { EventEmitter } = require('node:events');
const { createCodec } = require('./codec.cjs');
const { app } = require('./app.cjs');
const { ipcMain } = require('./ipc-main.cjs');
const { RemotePorts } = require('./message-ports.cjs');
const { pageScript, preloadScript } = require('./page-scripts.cjs');
const { fromLoopback, toLoopback } = require('./protocol.cjs');
const { originOf, session } = require('./session.cjs');

const PRELOAD_WORLD = 'Electron Isolated Context';
const codec = createCodec();
let lastId = 0;

class WebContents extends EventEmitter {
  id = ++lastId;
  session = session.defaultSession;
  mainFrame = { url: '', origin: 'null', parent: null };
  targetId = undefined;
  #sessionId;
  #preloadContext;
  #mainFrameId;
  #loading;
  #destroyed = false;
  #windowOpenHandler;
  #openWindow;
  #ports = new RemotePorts((message) => this.#sendToPage(message));
  #attached;

  /** `openWindow(url)` opens another window, where the app's handler allows one. */
  constructor({ preload, width, height, openWindow }) {
    super();
    this.#openWindow = openWindow;
    this.#attached = this.#attach(preload, width, height);
    this.#attached.catch((error) => this.#destroyed || console.error(error));
  }

  async #attach(preload, width, height) {
    const chromium = app.chromium;
    const { targetId } = await chromium.send('Target.createTarget', {
      url: 'about:blank',
      newWindow: true,
      width,
      height,
    });
    this.targetId = targetId;
    const { sessionId } = await chromium.send('Target.attachToTarget', { targetId, flatten: true });
    this.#sessionId = sessionId;
    chromium.onSession(sessionId, (method, params) => this.#onEvent(method, params));
    const bindingName = `send${randomBytes(8).toString('hex')}`;
    const options = { bridgeName: `bridge${randomBytes(8).toString('hex')}`, bindingName, platform: process.platform };
    const { frameTree } = await this.#send('Page.getFrameTree');
    this.#mainFrameId = frameTree.frame.id;
    await this.#send('Page.enable');
    await this.#send('Runtime.enable');
    await this.#send('Runtime.addBinding', { name: bindingName, executionContextName: PRELOAD_WORLD });
    await this.#send('Page.addScriptToEvaluateOnNewDocument', { source: pageScript(options) });
    await this.#send('Page.addScriptToEvaluateOnNewDocument', {
      source: preloadScript(options, preload),
      worldName: PRELOAD_WORLD,
    });
    await this.#send('Fetch.enable', { patterns: [{ urlPattern: '*', resourceType: 'Document' }] });
  }
  #send(method, params) {
    return app.chromium.send(method, params, this.#sessionId);
  }

  // --- what Chromium reports

  #onEvent(method, params) {
    const onEvents = {
      'Runtime.bindingCalled': () => this.#receive(codec.decode(params.payload)),
      'Runtime.executionContextCreated': () => {
        const { id, name, auxData } = params.context;
        if (name === PRELOAD_WORLD && auxData.frameId === this.#mainFrameId) this.#preloadContext = id;
      },
      'Page.frameNavigated': () => {
        if (params.frame.parentId) return;
        this.#ports.closeAll(); // those of the document before
        const url = fromLoopback(params.frame.url);
        this.mainFrame = { url, origin: originOf(url), parent: null };
        this.emit('did-navigate', {}, url);
      },
      'Page.domContentEventFired': () => this.emit('dom-ready'),
      'Page.loadEventFired': () => this.emit('did-finish-load'),
      'Page.windowOpen': () => this.#onWindowOpen(fromLoopback(params.url)), // a link with a target
      'Fetch.requestPaused': () => this.#onDocumentRequest(params),
      'Inspector.targetCrashed': () => this.emit('render-process-gone', {}, { reason: 'crashed', exitCode: 1 }),
    };
    onEvents[method]?.();
  }
  /** Documents that the app did not load itself are navigations of the page's own; the app may prevent them. */
  #onDocumentRequest({ requestId, frameId, request }) {
    const url = fromLoopback(request.url);
    let prevented = false;
    const event = { url, preventDefault: () => (prevented = true) };
    if (frameId === this.#mainFrameId && url !== this.#loading) this.emit('will-navigate', event, url);
    else if (frameId !== this.#mainFrameId) this.emit('will-frame-navigate', event);
    const answer = prevented
      ? this.#send('Fetch.failRequest', { requestId, errorReason: 'Aborted' })
      : this.#send('Fetch.continueRequest', { requestId });
    answer.catch(() => {}); // the page has gone meanwhile
  }
  #onWindowOpen(url) {
    if (this.#windowOpenHandler?.({ url, frameName: '', features: '', disposition: 'new-window' }).action !== 'deny')
      this.#openWindow(url);
  }

  // --- messages of the preload

  async #receive(message) {
    if (message.type.startsWith('port')) return this.#ports.receive(message);
    const ports = (message.ports ?? []).map((id) => this.#ports.adopt(id));
    const event = { sender: this, senderFrame: this.mainFrame, processId: 1, frameId: 1, ports };
    if (message.type === 'send') ipcMain.emit(message.channel, event, ...message.args);
    else if (message.type === 'open') this.#onWindowOpen(message.url);
    else if (message.type === 'media')
      this.#sendToPage({ type: 'reply', id: message.id, value: await this.#requestMedia(message.mediaTypes) });
    else if (message.type === 'invoke')
      this.#sendToPage({
        type: 'reply',
        id: message.id,
        ...(await ipcMain.answer(event, message.channel, message.args)),
      });
  }
  async #requestMedia(mediaTypes) {
    const granted = await this.session.requestMedia(this, this.mainFrame.url, mediaTypes);
    if (!granted) return false;
    for (const type of mediaTypes) await this.#setPermission(type === 'audio' ? 'microphone' : 'camera', true);
    return true;
  }
  #setPermission(name, granted) {
    const origin = new URL(toLoopback(this.mainFrame.url || this.#loading)).origin;
    const setting = granted ? 'granted' : 'denied';
    return app.chromium.send('Browser.setPermission', { permission: { name }, setting, origin });
  }
  /** What is sent before the preload runs, or after the page is gone, is lost: in Electron too. */
  #sendToPage(message) {
    if (this.#destroyed || this.#preloadContext === undefined) return;
    const expression = `receive(${JSON.stringify(codec.encode(message))})`;
    this.#send('Runtime.evaluate', { expression, contextId: this.#preloadContext }).catch(() => {});
  }

  // --- Electron's methods

  async loadURL(url) {
    if (!this.#windowOpenHandler)
      throw new Error('Set a window-open handler before loading a page: without one, pages may open windows.');
    await this.#attached;
    this.#loading = url;
    this.mainFrame = { url, origin: originOf(url), parent: null };
    for (const [name, granted] of this.session.checkAll(this, url)) await this.#setPermission(name, granted);
    const loaded = new Promise((resolve) => this.once('did-finish-load', resolve));
    const { errorText } = await this.#send('Page.navigate', { url: toLoopback(url) });
    this.#loading = undefined;
    if (errorText) {
      this.emit('did-fail-load', {}, -2, errorText, url, true);
      throw new Error(`${errorText} loading '${url}'`);
    }
    await loaded;
  }
  send(channel, ...args) {
    this.#sendToPage({ type: 'send', channel, args, ports: [] });
  }
  postMessage(channel, message, transfer = []) {
    const ports = transfer.map((port) => this.#ports.transfer(port));
    this.#sendToPage({ type: 'send', channel, args: [message], ports });
  }
  setWindowOpenHandler(handler) {
    this.#windowOpenHandler = handler;
  }
  getURL() {
    return this.mainFrame.url;
  }
  isDestroyed() {
    return this.#destroyed;
  }
  reload() {
    this.#loading = this.mainFrame.url;
    void this.#send('Page.reload');
  }
  close() {
    this.emit('close-requested');
  }
  /** The page has gone, or is to go. */
  destroy() {
    if (this.#destroyed) return;
    this.#destroyed = true;
    this.#ports.closeAll();
    this.#attached.then(() => app.chromium.send('Target.closeTarget', { targetId: this.targetId })).catch(() => {});
    this.emit('destroyed');
  }
}

module.exports = { WebContents };
