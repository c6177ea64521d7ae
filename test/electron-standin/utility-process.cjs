'use strict';
// utilityProcess.fork: a plain Node child, with Electron's parentPort put in front of its messages.
const { fork } = require('node:child_process');
const { EventEmitter } = require('node:events');
const path = require('node:path');
const { app } = require('./app.cjs');
const { RemotePorts } = require('./message-ports.cjs');

class UtilityProcess extends EventEmitter {
  pid = undefined;
  serviceName;
  stdout;
  stderr;
  #child;
  #ports;

  constructor(module, args, { env, cwd, stdio, execArgv = [], serviceName = 'Node Utility Process' }) {
    super();
    this.serviceName = serviceName;
    this.#child = fork(module, args, {
      serialization: 'advanced',
      execArgv: [...execArgv, '--require', path.join(__dirname, 'utility-child.cjs')],
      env: env ?? process.env,
      cwd,
      silent: stdio === 'pipe',
    });
    this.stdout = this.#child.stdout;
    this.stderr = this.#child.stderr;
    this.#ports = new RemotePorts((message) => this.#child.connected && this.#child.send(message));
    this.#child.on('message', (message) =>
      message.type.startsWith('port') ? this.#ports.receive(message) : this.emit('message', message.data),
    );
    this.#child.once('spawn', () => {
      this.pid = this.#child.pid;
      this.emit('spawn');
    });
    this.#child.on('error', () => {}); // `exit` follows
    this.#child.once('exit', (code, signal) => {
      this.pid = undefined;
      this.#ports.closeAll();
      this.emit('exit', code ?? (signal ? 15 : 0));
    });
  }
  postMessage(data, transfer = []) {
    if (this.#child.connected)
      this.#child.send({ type: 'message', data, ports: transfer.map((port) => this.#ports.transfer(port)) });
  }
  kill() {
    return this.#child.kill('SIGTERM');
  }
}

const utilityProcess = {
  fork(module, args = [], options = {}) {
    if (!app.isReady()) throw new Error('utilityProcess cannot be created before app is ready');
    const child = new UtilityProcess(module, args, options);
    app.addProcess(child);
    return child;
  },
};

module.exports = { utilityProcess };
