import type { EngineClient } from '../../src/engine/client.ts';
import { createStore, type Store } from '../store.ts';
import { strings } from '../strings.ts';
import type { SaveFile } from '../studio/save-file.ts';

/** Where an export stands; undefined while there is none. */
export type ExportState = { readonly stage: string; readonly done: number; readonly total: number } | undefined;

/** Hands all takes out as one zip. */
export interface Exporter {
  readonly state: Store<ExportState>;
  /** @returns how many takes were packed; undefined where it was given up or failed */
  begin(): Promise<number | undefined>;
  cancel(): Promise<void>;
}

export function createExporter(engine: EngineClient, save: SaveFile, complain: (error: unknown) => void): Exporter {
  const state = createStore<ExportState>(undefined);
  let session: string | undefined;

  engine.on('progress', ({ work, stage, done, total }) => {
    if (work === 'export' && state.get()) state.set({ stage, done, total });
  });
  engine.on('engine.restarted', () => {
    if (!state.get()) return;
    session = undefined;
    state.set(undefined);
    complain(new Error(strings.import.exportLost));
  });

  return {
    state,
    async begin() {
      if (state.get()) return undefined;
      state.set({ stage: strings.import.packing, done: 0, total: 0 });
      try {
        const opened = await engine.call('export.open', {});
        const id = opened.session;
        session = id;
        const pieces: Uint8Array<ArrayBuffer>[] = [];
        while (session === id) {
          const { bytes, isLast } = await engine.call('export.read', { session: id });
          pieces.push(new Uint8Array(bytes));
          if (!isLast) continue;
          save(opened.fileName, new Blob(pieces, { type: 'application/zip' }));
          return opened.takeCount;
        }
      } catch (error) {
        if (state.get()) complain(error);
      } finally {
        session = undefined;
        state.set(undefined);
      }
      return undefined;
    },
    async cancel() {
      const id = session;
      session = undefined;
      state.set(undefined);
      if (id !== undefined) await engine.call('export.cancel', { session: id }).catch(complain);
    },
  };
}
