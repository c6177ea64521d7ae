import { join } from 'node:path';
import type { EngineClient } from '../engine/client.ts';
import { createInProcessClient } from '../engine/in-process.ts';
import { createEngine } from '../engine/server.ts';
import { dataFolders } from '../host/data-folders.ts';
import { rootFolder } from '../host/root-folder.ts';
import type { Terminal } from './terminal.ts';

/** Runs a command's work with an engine in this process, which is closed when the work ends. */
export async function withEngine<T>(terminal: Terminal, work: (client: EngineClient) => Promise<T>): Promise<T> {
  const engine = createEngine({
    ...dataFolders(join(rootFolder, 'models')),
    onMessage: (message) => terminal.problem(message),
  });
  const client = createInProcessClient(engine);
  try {
    return await work(client);
  } finally {
    client.close();
    await engine.close();
  }
}
