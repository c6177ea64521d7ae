import type { EngineClient } from '../../src/engine/client.ts';
import type { CallInput, CallOutput } from '../../src/engine/contract/calls.ts';
import type { ModelCard, ModelComparison } from '../../src/engine/contract/models-calls.ts';
import { createStore, type Store } from '../store.ts';
import type { SaveFile } from '../studio/save-file.ts';

/** All models, and which of them listens. */
export type ModelListing = CallOutput<'models.installed'>;

/** In which form a model is handed on, and whether examples come along. */
export type ExportChoice = Omit<CallInput<'models.export'>, 'modelId'>;

/** The installed models as the engine keeps them, always up to date, and what can be done with them. */
export interface ModelShelf {
  /** undefined until the engine has answered. */
  readonly listing: Store<ModelListing | undefined>;
  card(modelId: string): Promise<ModelCard>;
  /** @returns the new id */
  rename(modelId: string, name: string): Promise<string>;
  /** @returns the copy's id */
  duplicate(modelId: string): Promise<string>;
  remove(modelId: string): Promise<void>;
  compare(modelIds: [string, string]): Promise<ModelComparison>;
  stopComparing(): void;
  /** Takes a model file in. @param labels  where the file names none @returns the new model's id */
  take(file: File, labels: readonly string[] | undefined): Promise<string>;
  /** Hears how far a comparison is; the function returned ends that. */
  onCompareProgress(listener: (progress: { readonly done: number; readonly total: number }) => void): () => void;
  /**
   * Hands a model on as ONNX: the file, or a zip of it with examples that run at once.
   * @returns what it is called, and how far ONNX Runtime's answers are from Heed's
   */
  export(modelId: string, settings: ExportChoice): Promise<{ fileName: string; maxDifference: number }>;
  /** Asks for the list again. */
  reload(): void;
}

/**
 * @param save  gives a file to the user
 * @param complain  told what went wrong where nobody waits for an answer
 */
export function createModelShelf(engine: EngineClient, save: SaveFile, complain: (error: unknown) => void): ModelShelf {
  const listing = createStore<ModelListing | undefined>(undefined);
  let asked = 0;

  const load = async (): Promise<void> => {
    const question = ++asked;
    const answer = await engine.call('models.installed', {});
    // Of many answers only the one to the newest question counts.
    if (question === asked) listing.set(answer);
  };
  const reload = (): void => void load().catch(complain);
  engine.on('models.changed', reload);
  engine.on('engine.restarted', reload);

  return {
    listing,
    reload,
    card: (modelId) => engine.call('models.card', { modelId }),
    rename: async (modelId, name) => (await engine.call('models.rename', { modelId, name })).modelId,
    duplicate: async (modelId) => (await engine.call('models.duplicate', { modelId })).modelId,
    remove: async (modelId) => void (await engine.call('models.delete', { modelId })),
    compare: (modelIds) => engine.call('models.compare', { modelIds }),
    stopComparing: () => void engine.call('models.stopComparing', {}).catch(complain),
    take: async (file, labels) => {
      const bytes = new Uint8Array(await file.arrayBuffer());
      const named = labels ? { labels: [...labels] } : {};
      const { id } = await engine.call('models.import', { name: file.name, bytes, ...named });
      await load();
      return id;
    },
    onCompareProgress: (listener) =>
      engine.on('progress', ({ work, done, total }) => {
        if (work === 'compare') listener({ done, total });
      }),
    export: async (modelId, settings) => {
      const { fileName, bytes, maxDifference } = await engine.call('models.export', { modelId, ...settings });
      save(fileName, new Blob([new Uint8Array(bytes)], { type: 'application/octet-stream' }));
      return { fileName, maxDifference };
    },
  };
}
