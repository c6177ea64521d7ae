'use strict';
// MessageChannelMain, and ports that end in another process: a window or a utility process.
const { EventEmitter } = require('node:events');
const { createCodec } = require('./codec.cjs');

const codec = createCodec();
let lastId = 0;

/** Queues what arrives until start() is called, as Electron's port does. */
class MessagePortMain extends EventEmitter {
  #waiting = [];
  #started = false;
  /** Where messages posted here go, and the news that this end is closed; set by whoever holds the other end. */
  deliver = () => {};
  deliverClose = () => {};

  start() {
    this.#started = true;
    for (const data of this.#waiting.splice(0)) this.emit('message', { data, ports: [] });
  }
  postMessage(data, transfer = []) {
    if (transfer.length > 0) throw new TypeError('The stand-in passes no ports through ports.');
    this.deliver(codec.decode(codec.encode(data)));
  }
  close() {
    this.deliverClose();
    this.emit('close');
  }
  /** The other end is closed. */
  receiveClose() {
    this.emit('close');
  }
  /** A message from the other end. */
  receive(data) {
    if (this.#started) this.emit('message', { data, ports: [] });
    else this.#waiting.push(data);
  }
  /** Hands over what waits here, for a port that is transferred elsewhere before it was started. */
  takeWaiting() {
    return this.#waiting.splice(0);
  }
}

class MessageChannelMain {
  constructor() {
    this.port1 = new MessagePortMain();
    this.port2 = new MessagePortMain();
    entangle(this.port1, this.port2);
    entangle(this.port2, this.port1);
  }
}

function entangle(from, to) {
  from.deliver = (data) => to.receive(data);
  from.deliverClose = () => to.receiveClose();
}

/** The ports that have their other end in one other process; `send(message)` reaches that process. */
class RemotePorts {
  #send;
  /** The local ends, by id: what arrives from there goes on to `deliver(data)` or `close()`. */
  #ends = new Map();

  constructor(send) {
    this.#send = send;
  }
  /** Transfers a port there; answers with the id under which it is known on both sides. */
  transfer(port) {
    if (!(port instanceof MessagePortMain))
      throw new TypeError('Only MessagePortMain can be transferred from the main process.');
    const id = `main-${++lastId}`;
    for (const data of port.takeWaiting()) this.#send({ type: 'port', id, data });
    port.receive = (data) => this.#send({ type: 'port', id, data });
    port.receiveClose = () => this.#send({ type: 'port-closed', id });
    this.#ends.set(id, { deliver: (data) => port.deliver(data), close: () => port.deliverClose() });
    return id;
  }
  /** Takes over a port that was created there. */
  adopt(id) {
    const port = new MessagePortMain();
    port.deliver = (data) => this.#send({ type: 'port', id, data });
    port.deliverClose = () => this.#send({ type: 'port-closed', id });
    this.#ends.set(id, { deliver: (data) => port.receive(data), close: () => port.receiveClose() });
    return port;
  }
  receive({ type, id, data }) {
    if (type === 'port') return this.#ends.get(id)?.deliver(data);
    this.#ends.get(id)?.close();
    this.#ends.delete(id);
  }
  /** The other process has gone, and with it all ends there. */
  closeAll() {
    for (const { close } of this.#ends.values()) close();
    this.#ends.clear();
  }
}

module.exports = { MessagePortMain, MessageChannelMain, RemotePorts };
