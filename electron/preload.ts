import { contextBridge, ipcRenderer } from 'electron';
import type { EnginePortMessage, HeedBridge } from '../src/engine/transports/page/connect.ts';
import { ENGINE_PORT_MESSAGE } from '../src/engine/transports/page/wire.ts';
import { ENGINE_STATE, ENGINE_WANTED, OPEN_DATA_FOLDER, type EngineState } from './channels.ts';

/** The part of the page's window that a preload needs. */
interface PreloadWindow {
  readonly location: { readonly origin: string };
  postMessage(message: EnginePortMessage, targetOrigin: string, transfer: readonly unknown[]): void;
}

const page = globalThis as unknown as PreloadWindow;

// A MessagePort cannot cross the context bridge; a window message carries it into the page's own world.
ipcRenderer.on(ENGINE_STATE, (event, { state, reason }: EngineState) => {
  page.postMessage({ type: ENGINE_PORT_MESSAGE, state, reason }, page.location.origin, event.ports);
});

const bridge: HeedBridge = {
  requestEnginePort: () => ipcRenderer.send(ENGINE_WANTED),
  openDataFolder: () => ipcRenderer.send(OPEN_DATA_FOLDER),
};
contextBridge.exposeInMainWorld('heed', bridge);
