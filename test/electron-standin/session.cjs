'use strict';
// The default session: its protocols, and the permission handlers, which are enforced in Chromium itself.
const { EventEmitter } = require('node:events');
const { protocol } = require('./protocol.cjs');

/** Chromium's permissions, and how Electron asks about each. */
const permissions = {
  microphone: ['media', { mediaType: 'audio' }],
  camera: ['media', { mediaType: 'video' }],
  geolocation: ['geolocation', {}],
  notifications: ['notifications', {}],
  midi: ['midi', {}],
  'clipboard-read': ['clipboard-read', {}],
};

class Session extends EventEmitter {
  protocol = protocol;
  #requestHandler = null;
  #checkHandler = null;

  setPermissionRequestHandler(handler) {
    this.#requestHandler = handler;
  }
  setPermissionCheckHandler(handler) {
    this.#checkHandler = handler;
  }
  setDevicePermissionHandler() {} // there are no USB, HID or serial devices here

  /** What Chromium is to grant and to deny, for a page at this address: permission name → granted. */
  checkAll(webContents, url) {
    return Object.entries(permissions).map(([name, [permission, details]]) => [
      name,
      this.#check(webContents, url, permission, details),
    ]);
  }
  /** Whether a page may have these kinds of media now: the check handler, then the request handler. */
  async requestMedia(webContents, url, mediaTypes) {
    const details = { requestingUrl: url, securityOrigin: originOf(url), isMainFrame: true };
    for (const mediaType of mediaTypes)
      if (!this.#check(webContents, url, 'media', { ...details, mediaType })) return false;
    if (!this.#requestHandler) return true;
    return new Promise((resolve) =>
      this.#requestHandler(webContents, 'media', (granted) => resolve(granted === true), { ...details, mediaTypes }),
    );
  }
  #check(webContents, url, permission, details) {
    if (!this.#checkHandler) return true;
    return this.#checkHandler(webContents, permission, `${originOf(url)}/`, {
      requestingUrl: url,
      isMainFrame: true,
      ...details,
    });
  }
}

/** `scheme://host`, of custom schemes too (URL.origin is 'null' for those). */
const originOf = (url) => /^[a-z][a-z0-9+.-]*:\/\/[^/?#]*/i.exec(url)?.[0] ?? 'null';

const session = { defaultSession: new Session() };

module.exports = { session, originOf };
