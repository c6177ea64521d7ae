'use strict';
// Loaded into a utility process before its own script: gives it process.parentPort.
const { EventEmitter } = require('node:events');
const { RemotePorts } = require('./message-ports.cjs');

const send = (message) => process.connected && process.send(message);
const ports = new RemotePorts(send);
const waiting = [];

class ParentPort extends EventEmitter {
  postMessage(data) {
    send({ type: 'message', data });
  }
}
const parentPort = new ParentPort();
// Messages wait for the first listener, as they do in Electron.
parentPort.on('newListener', (event) => {
  if (event === 'message')
    setImmediate(() => waiting.splice(0).forEach((message) => parentPort.emit('message', message)));
});
process.on('message', (message) => {
  if (message.type.startsWith('port')) return ports.receive(message);
  const event = { data: message.data, ports: message.ports.map((id) => ports.adopt(id)) };
  if (parentPort.listenerCount('message') > 0) parentPort.emit('message', event);
  else waiting.push(event);
});
process.on('disconnect', () => process.exit(0)); // the app has gone

Object.defineProperty(process, 'parentPort', { value: parentPort });
Object.defineProperty(process, 'type', { value: 'utility' });
