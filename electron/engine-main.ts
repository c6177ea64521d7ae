import { createEngine } from '../src/engine/server.ts';
import { serveMessagePort } from '../src/engine/transports/serve-message-port.ts';
import { dataFolders } from '../src/host/data-folders.ts';
import { ENGINE_READY } from '../src/host/engine-ready.ts';
import { ENGINE_CONNECT, ENGINE_END } from './channels.ts';

/** The utility process of the engine: each window's port comes from the shell, which also ends it. */
const modelsFolder = process.argv.at(-1)!;
const engine = createEngine(dataFolders(modelsFolder));

process.parentPort.on('message', ({ data, ports }) => {
  if (data === ENGINE_END) return void engine.close().finally(() => process.exit(0));
  const port = ports[0];
  if (data !== ENGINE_CONNECT || !port) return;
  serveMessagePort(engine, {
    postMessage: (message) => port.postMessage(message),
    onMessage: (listener) => void port.on('message', (event) => listener(event.data)),
    onClose: (listener) => void port.on('close', listener),
  });
  port.start();
});

process.parentPort.postMessage(ENGINE_READY);
