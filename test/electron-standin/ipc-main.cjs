'use strict';
// ipcMain: messages from the windows' preloads.
const { EventEmitter } = require('node:events');

class IpcMain extends EventEmitter {
  #handlers = new Map();

  handle(channel, handler) {
    if (this.#handlers.has(channel)) throw new Error(`Attempted to register a second handler for '${channel}'`);
    this.#handlers.set(channel, handler);
  }
  removeHandler(channel) {
    this.#handlers.delete(channel);
  }
  /** Answers an invoke: `{value}` or `{error}`, as Electron words it. */
  async answer(event, channel, args) {
    const handler = this.#handlers.get(channel);
    try {
      if (!handler) throw new Error(`No handler registered for '${channel}'`);
      return { value: await handler(event, ...args) };
    } catch (error) {
      return { error: `Error invoking remote method '${channel}': ${error}` };
    }
  }
}

module.exports = { ipcMain: new IpcMain() };
