'use strict';
// What require('electron') gives the main process: only what the app uses. A name beyond that says so at once.
const parts = {
  ...require('./app.cjs'),
  ...require('./browser-window.cjs'),
  ...require('./ipc-main.cjs'),
  ...require('./utility-process.cjs'),
  ...require('./desktop.cjs'),
  MessageChannelMain: require('./message-ports.cjs').MessageChannelMain,
  protocol: require('./protocol.cjs').protocol,
  session: require('./session.cjs').session,
};
const harmless = ['then', '__esModule', 'default', 'toJSON', 'constructor'];

module.exports = new Proxy(parts, {
  get(target, name) {
    if (name in target || typeof name === 'symbol' || harmless.includes(name)) return target[name];
    throw new Error(
      `electron.${name} is not in the stand-in: add it in test/electron-standin, as little of it as the app uses.`,
    );
  },
});
