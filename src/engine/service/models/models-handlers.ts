import { stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { asHeedError, HeedError } from '../../../errors.ts';
import type { JsonFile } from '../../../store/json-file.ts';
import { OwnModels } from '../../../store/own-models.ts';
import type { ModelsFolder } from '../../../store/models-folder.ts';
import type { TakesStore } from '../../../store/takes/takes-store.ts';
import { StageProgress } from '../../../training/progress.ts';
import type { modelsCalls } from '../../contract/models-calls.ts';
import type { Settings } from '../../contract/schemas.ts';
import type { OperationSummary } from '../../../operation-summary.ts';
import type { EventHub } from '../event-hub.ts';
import { describeModel } from '../model-description.ts';
import type { LoadedModel, ModelLibrary } from '../model-library.ts';
import type { Handlers } from '../service.ts';
import { compareOnTakes } from './compare-on-takes.ts';

export interface ModelsHandlersOptions {
  /** The user's data folder. */
  readonly home: string;
  readonly folder: ModelsFolder;
  readonly models: ModelLibrary;
  readonly settings: JsonFile<Settings>;
  readonly takes: TakesStore;
  readonly events: EventHub;
}

/** The handlers of the calls about installed models; `undo` is among them, since it may bring one back. */
export function createModelsHandlers(
  options: ModelsHandlersOptions,
): Pick<Handlers, keyof typeof modelsCalls | 'undo'> {
  const { home, folder, models, settings, takes, events } = options;
  const own = new OwnModels(home, folder, takes);
  let comparison: AbortController | undefined;

  const changed = (): void => events.emit('models.changed', {});

  const about = async ({ path }: LoadedModel): Promise<{ shipped: boolean; modifiedAt: number }> => ({
    shipped: !own.isOwn({ path }),
    modifiedAt: (await stat(path)).mtimeMs,
  });

  /** What was set for a model goes along with its name. */
  const followRename = async (from: string, to: string): Promise<void> => {
    await settings.update((before) => {
      const { [from]: thresholds, ...others } = before.thresholds;
      return {
        ...before,
        modelId: before.modelId === from ? to : before.modelId,
        thresholds: thresholds ? { ...others, [to]: thresholds } : before.thresholds,
      };
    });
  };

  /** A copy that is taken back while it listens leaves its place to the model that it is a copy of. */
  const followUndo = async ({ kind, label, to }: OperationSummary): Promise<void> => {
    if (kind === 'rename-model' && to !== undefined) await followRename(to, label);
    if (kind === 'duplicate-model' && to === (await settings.get()).modelId)
      await settings.update((before) => ({ ...before, modelId: label }));
    if (kind.endsWith('-model')) changed();
  };

  /** What lies among the models and is none. */
  const unusable = async (usable: readonly { id: string }[]): Promise<{ file: string; reason: string }[]> => {
    const found = [];
    for (const { id, path } of await folder.list()) {
      if (usable.some((model) => model.id === id)) continue;
      const reason = await models.byId(id).then(
        () => undefined, // it came between one look and the next
        (error: unknown) => asHeedError(error).message,
      );
      if (reason !== undefined) found.push({ file: basename(path), reason });
    }
    return found;
  };

  return {
    'models.installed': async () => {
      const installed = [];
      for (const summary of await models.list()) {
        const loaded = await models.byId(summary.id).catch(() => undefined);
        if (!loaded) continue; // gone between one look and the next
        installed.push({ ...summary, ...(await about(loaded)), madeBy: loaded.model.provenance.madeBy });
      }
      return { models: installed, inUse: (await settings.get()).modelId, unusable: await unusable(installed) };
    },
    'models.card': async ({ modelId }) => {
      const loaded = await models.byId(modelId);
      return { ...describeModel(loaded), id: modelId, ...(await about(loaded)) };
    },
    'models.rename': async ({ modelId, name }) => {
      const to = await own.rename(modelId, name);
      if (to !== modelId) await followRename(modelId, to);
      changed();
      return { modelId: to };
    },
    'models.duplicate': async ({ modelId }) => {
      const copy = await own.duplicate(modelId);
      changed();
      return { modelId: copy };
    },
    'models.delete': async ({ modelId }) => {
      if (modelId === (await settings.get()).modelId)
        throw new HeedError('usage', `The model “${modelId}” is in use; use another one first, then delete it.`);
      await own.delete(modelId);
      changed();
      return {};
    },
    'models.compare': async ({ modelIds }) => {
      comparison?.abort();
      const controller = new AbortController();
      comparison = controller;
      const [first, second] = [await models.byId(modelIds[0]), await models.byId(modelIds[1])];
      let stage: StageProgress | undefined;
      const counts = await compareOnTakes(
        [first.recogniser, second.recogniser],
        takes,
        (done, total) => {
          stage ??= new StageProgress('compare', 'Trying both on your takes', total, (state) =>
            events.emit('progress', state),
          );
          stage.report(done);
        },
        controller.signal,
      );
      return { modelIds, ...counts };
    },
    'models.stopComparing': () => {
      comparison?.abort();
      return {};
    },
    undo: async () => {
      const undone = await takes.undo();
      if (undone) await followUndo(undone);
      return { undone: undone ?? null };
    },
  };
}
