/** From the page's preload to the shell: the page is ready for a port to the engine. */
export const ENGINE_WANTED = 'heed:engine-wanted';
/** From the page's preload to the shell: show the folder of the user's data. */
export const OPEN_DATA_FOLDER = 'heed:open-data-folder';
/** From the shell to the preload: an `EngineState`, with the port where the state is `ready`. */
export const ENGINE_STATE = 'heed:engine-state';
/** From the shell to the engine: a window's port comes with it. */
export const ENGINE_CONNECT = 'heed:engine-connect';
/** From the shell to the engine: end what runs, keep what it has so far, and exit. */
export const ENGINE_END = 'heed:engine-end';

export interface EngineState {
  readonly state: 'ready' | 'lost';
  /** What happened, in a sentence; null where the engine was not started again. */
  readonly reason: string | null;
}
