import { fork, type ChildProcess } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { CallName } from '../engine/contract/calls.ts';
import { createWireClient } from '../engine/transports/page/wire-client.ts';
import type { Outcome } from '../engine/transports/page/wire.ts';
import type { ServedEngine } from '../engine/transports/serve-connection.ts';
import { asHeedError, HeedError } from '../errors.ts';
import { loaderArguments } from '../typescript-loader.ts';
import { ENGINE_READY } from './engine-ready.ts';
import { supervise, type SupervisedChild } from './supervisor.ts';

/** The engine in a process of its own, as the host serves it. */
export interface EngineProcess extends ServedEngine {
  /** The process that runs now. */
  readonly pid: number | undefined;
  /** Ends the process and waits until it is gone; a training that runs keeps its best model so far. */
  stop(): Promise<void>;
}

/** How long the engine may take to end what it does before it is killed. */
const STOP_LIMIT_MS = 5000;

/**
 * Starts the engine in a child process and keeps it running: when it dies, its calls are answered `engine-lost`, it is
 * started again, and `engine.restarted` goes to everybody who listens.
 *
 * @throws {HeedError} engine-lost, where the first process ends before it is up
 */
export function startEngineProcess(): Promise<EngineProcess> {
  return new Promise((resolve, reject) => {
    const client = createWireClient();
    let current: EngineChild | undefined;
    let wasReady = false;

    const endSupervision = supervise<EngineChild>({
      spawn: forkEngine,
      onStarted(child, reason) {
        current = child;
        child.process.on('message', (message) => {
          if (message !== ENGINE_READY) return client.receive(message);
          client.attach((call) => void child.process.send(call, () => {})); // a dead process says so by its exit
          if (reason !== null) client.announce('engine.restarted', { reason });
          wasReady = true;
          resolve(engine);
        });
      },
      onLost(reason) {
        client.detach(new HeedError('engine-lost', `${reason} Nothing saved is lost; try again in a moment.`));
        if (wasReady) return;
        endSupervision();
        reject(new HeedError('engine-lost', 'The engine could not be started; what it printed above says why.'));
      },
    });

    const engine: EngineProcess = {
      get pid() {
        return current?.process.pid;
      },
      async dispatch(name, input): Promise<Outcome> {
        try {
          return { ok: true, value: await client.call(name as CallName, input as never) };
        } catch (error) {
          const { code, message } = asHeedError(error);
          return { ok: false, error: { code, message } };
        }
      },
      subscribe: (listener) => client.onAny(listener),
      stop() {
        endSupervision();
        client.close();
        return current ? endProcess(current.process) : Promise.resolve();
      },
    };
  });
}

interface EngineChild extends SupervisedChild {
  readonly process: ChildProcess;
}

function forkEngine(): EngineChild {
  const entry = fileURLToPath(new URL('./engine-main.ts', import.meta.url));
  const child = fork(entry, [], { execArgv: loaderArguments(), serialization: 'advanced' });
  return {
    process: child,
    onExit(listener) {
      let told = false;
      const tell = (how: string): void => {
        if (!told) listener(how);
        told = true;
      };
      child.once('exit', (code, signal) => tell(signal ? `killed by ${signal}` : `exit code ${code}`));
      child.once('error', (error) => tell(error.message));
    },
  };
}

function endProcess(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve();
  return new Promise((resolve) => {
    const kill = setTimeout(() => child.kill('SIGKILL'), STOP_LIMIT_MS);
    child.once('exit', () => {
      clearTimeout(kill);
      resolve();
    });
    // The engine takes a closed channel as the order to end, so that it also ends when this process dies.
    if (child.connected) child.disconnect();
  });
}
