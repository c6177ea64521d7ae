'use strict';
/* global window, MediaDevices */
/**
 * Runs in the page's own world before its scripts: receives what the preload exposes, and sends getUserMedia and
 * window.open past the app's handlers first. Chromium itself refuses the microphone until the main process granted it.
 */
function pageWorld(codec, createWorldBridge, { bridgeName }) {
  if (window !== window.top) return;
  const expose = (key, api) => {
    if (key in window)
      throw new Error(`Cannot bind an API on top of an existing property on the window object: ${key}`);
    Object.defineProperty(window, key, { value: api, enumerable: true });
  };
  const ask = createWorldBridge(codec, bridgeName, 'page', 'preload', expose);

  window.open = (url = 'about:blank') => {
    ask('open', new URL(url, window.location.href).href);
    return null;
  };
  if (typeof MediaDevices === 'undefined') return; // not a secure context
  const getUserMedia = MediaDevices.prototype.getUserMedia;
  MediaDevices.prototype.getUserMedia = async function (constraints) {
    const mediaTypes = ['audio', 'video'].filter((type) => constraints?.[type]);
    if (!(await ask('media', mediaTypes))) throw new DOMException('Permission denied', 'NotAllowedError');
    return getUserMedia.call(this, constraints);
  };
}

module.exports = { pageWorld };
