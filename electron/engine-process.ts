import { MessageChannelMain, utilityProcess, type UtilityProcess, type WebContents } from 'electron';
import { ENGINE_READY } from '../src/host/engine-ready.ts';
import { supervise, type SupervisedChild } from '../src/host/supervisor.ts';
import { ENGINE_CONNECT, ENGINE_END, ENGINE_STATE, type EngineState } from './channels.ts';

/** The engine as the shell holds it: a utility process that is started again when it dies. */
export interface ShellEngine {
  /** Gives a window a port to the engine, now or as soon as it is up, and again after each restart. */
  connect(window: WebContents): void;
  /** Ends the process and waits until it is gone; a training that runs keeps its best model so far. */
  stop(): Promise<void>;
}

interface EngineChild extends SupervisedChild {
  readonly process: UtilityProcess;
}

/** How long the engine may take to end what it does before it is killed. */
const STOP_LIMIT_MS = 5000;

/**
 * @param entry  the built engine, `out/main/engine.cjs`
 * @param modelsFolder  the models that come with Heed
 */
export function startEngine(entry: string, modelsFolder: string): ShellEngine {
  const windows = new Set<WebContents>();
  let running: UtilityProcess | undefined;
  let isReady = false;

  const tell = (window: WebContents, state: EngineState, port?: Electron.MessagePortMain): void => {
    if (window.isDestroyed()) windows.delete(window);
    else window.postMessage(ENGINE_STATE, state, port ? [port] : []);
  };

  const givePort = (window: WebContents, engine: UtilityProcess, reason: string | null): void => {
    if (window.isDestroyed()) return void windows.delete(window);
    const { port1, port2 } = new MessageChannelMain();
    engine.postMessage(ENGINE_CONNECT, [port1]);
    tell(window, { state: 'ready', reason }, port2);
  };

  const endSupervision = supervise<EngineChild>({
    spawn: () => forkEngine(entry, modelsFolder),
    onStarted(child, reason) {
      running = child.process;
      child.process.on('message', (message: unknown) => {
        if (message !== ENGINE_READY) return;
        isReady = true;
        for (const window of [...windows]) givePort(window, child.process, reason);
      });
    },
    onLost(reason) {
      isReady = false;
      running = undefined;
      for (const window of [...windows]) tell(window, { state: 'lost', reason });
    },
  });

  return {
    connect(window) {
      if (!windows.has(window)) window.once('destroyed', () => windows.delete(window));
      windows.add(window);
      if (running && isReady) givePort(window, running, null);
    },
    stop() {
      endSupervision();
      const last = running;
      running = undefined;
      return last ? endProcess(last) : Promise.resolve();
    },
  };
}

function forkEngine(entry: string, modelsFolder: string): EngineChild {
  const child = utilityProcess.fork(entry, [modelsFolder], { serviceName: 'Heed engine' });
  return {
    process: child,
    onExit: (listener) => void child.once('exit', (code) => listener(`exit code ${code}`)),
  };
}

function endProcess(child: UtilityProcess): Promise<void> {
  if (child.pid === undefined) return Promise.resolve();
  return new Promise((resolve) => {
    const kill = setTimeout(() => child.kill(), STOP_LIMIT_MS);
    child.once('exit', () => {
      clearTimeout(kill);
      resolve();
    });
    child.postMessage(ENGINE_END);
  });
}
