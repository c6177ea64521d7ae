import { join } from 'node:path';
import { createEngine } from '../engine/server.ts';
import { serveConnection } from '../engine/transports/serve-connection.ts';
import { dataFolders } from './data-folders.ts';
import { ENGINE_READY } from './engine-ready.ts';
import { rootFolder } from './root-folder.ts';

/** The process of the engine behind `heed serve`: started by the host, it speaks over their channel and ends with it. */
const engine = createEngine(dataFolders(join(rootFolder, 'models')));

// A channel that closes in the middle of a message is told by 'disconnect'; the error says nothing more.
const send = (message: unknown): void => void process.send?.(message, () => {});
const connection = serveConnection(engine, { send });

process.on('message', (message) => connection.receive(message));
process.on('disconnect', () => {
  connection.close();
  void engine.close().finally(() => process.exit(0));
});
// Ctrl+C reaches every process of the terminal; the host decides when the engine ends.
process.on('SIGINT', () => {});

send(ENGINE_READY);
