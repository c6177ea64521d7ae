'use strict';
/* global window */
/**
 * Runs in the preload's isolated world: offers what a sandboxed preload may require, then runs the preload. Only this
 * world has the binding that reaches the main process, and only it can be reached from there (`window.receive`).
 */
function preloadWorld(codec, createWorldBridge, { bridgeName, bindingName, platform }, preload) {
  if (window !== window.top) return;
  const binding = window[bindingName];
  const sendToMain = (message) => binding(codec.encode(message));
  const waiting = new Map();
  const listeners = new Map();
  const ports = new Map();
  let lastId = 0;

  const pump = (id, port) => {
    ports.set(id, port);
    port.onmessage = ({ data }) => sendToMain({ type: 'port', id, data });
  };
  const openPort = (id) => {
    const channel = new MessageChannel();
    pump(id, channel.port1);
    return channel.port2;
  };
  const transferPort = (port) => {
    const id = `page-${++lastId}`;
    pump(id, port);
    return id;
  };
  const request = (message) =>
    new Promise((resolve, reject) => {
      const id = ++lastId;
      sendToMain({ ...message, id });
      waiting.set(id, { resolve, reject });
    });

  const ipcRenderer = {
    invoke: (channel, ...args) => request({ type: 'invoke', channel, args }),
    send: (channel, ...args) => sendToMain({ type: 'send', channel, args, ports: [] }),
    postMessage: (channel, message, transfer = []) =>
      sendToMain({ type: 'send', channel, args: [message], ports: transfer.map(transferPort) }),
    on(channel, listener) {
      listeners.set(channel, [...(listeners.get(channel) ?? []), listener]);
      return this;
    },
    once(channel, listener) {
      const wrapped = (...args) => {
        this.off(channel, wrapped);
        listener(...args);
      };
      return this.on(channel, wrapped);
    },
    off(channel, listener) {
      listeners.set(
        channel,
        (listeners.get(channel) ?? []).filter((other) => other !== listener),
      );
      return this;
    },
    removeListener(channel, listener) {
      return this.off(channel, listener);
    },
    removeAllListeners(channel) {
      listeners.delete(channel);
      return this;
    },
  };

  const receivers = {
    reply({ id, value, error }) {
      const { resolve, reject } = waiting.get(id);
      waiting.delete(id);
      if (error === undefined) resolve(value);
      else reject(new Error(error));
    },
    send({ channel, args, ports: ids }) {
      const event = { sender: ipcRenderer, ports: ids.map(openPort) };
      for (const listener of listeners.get(channel) ?? []) listener(event, ...args);
    },
    port: ({ id, data }) => ports.get(id)?.postMessage(data),
    'port-closed': ({ id }) => ports.get(id)?.close(),
  };
  window.receive = (text) => {
    const message = codec.decode(text);
    receivers[message.type](message);
  };

  const ask = {
    media: (mediaTypes) => request({ type: 'media', mediaTypes }),
    open: (url) => sendToMain({ type: 'open', url }),
  };
  const exposeInMainWorld = createWorldBridge(codec, bridgeName, 'preload', 'page', (what, value) => ask[what](value));
  const contextBridge = { exposeInMainWorld };
  const require = (name) => {
    if (name === 'electron' || name === 'electron/renderer') return { contextBridge, ipcRenderer };
    throw new Error(`module not found: ${name} (a sandboxed preload has only electron)`);
  };
  const process = { type: 'renderer', platform, sandboxed: true, contextIsolated: true, versions: {}, env: {} };
  const module = { exports: {} };
  preload(require, module, module.exports, process);
}

module.exports = { preloadWorld };
