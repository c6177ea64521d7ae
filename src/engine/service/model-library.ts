import { stat } from 'node:fs/promises';
import { HeedError } from '../../errors.ts';
import type { FrameExtractor } from '../../features/frame-extractor.ts';
import { createMeydaExtractor } from '../../features/meyda-extractor.ts';
import { loadModel } from '../../model/model-file.ts';
import type { Model } from '../../model/model.ts';
import { createClipRecogniser, type ClipRecogniser } from '../../model/recogniser.ts';
import type { ComputeBackend } from '../../nn/network.ts';
import type { JsonFile } from '../../store/json-file.ts';
import type { ModelsFolder } from '../../store/models-folder.ts';
import type { ModelSummary, Settings } from '../contract/schemas.ts';
import { thresholdsInForce } from './thresholds.ts';

/** A model in memory, ready to hear. */
export interface LoadedModel {
  /** The id in the models folder, or the path for a file from elsewhere. */
  readonly id: string;
  readonly path: string;
  readonly bytes: number;
  readonly model: Model;
  readonly extractor: FrameExtractor;
  readonly recogniser: ClipRecogniser;
}

/** Loaded models kept at hand; a file is read again only when it changed. */
const MODELS_KEPT = 8;

/** Finds and loads models, by id or by path. */
export class ModelLibrary {
  readonly #folder: ModelsFolder;
  readonly #settings: JsonFile<Settings>;
  readonly #backend: ComputeBackend;
  /** By path and what the file looked like; the least recently used first. */
  readonly #loaded = new Map<string, LoadedModel>();

  constructor(folder: ModelsFolder, settings: JsonFile<Settings>, backend: ComputeBackend) {
    this.#folder = folder;
    this.#settings = settings;
    this.#backend = backend;
  }

  /** The models that can be chosen. A file that is no model is left out; `inspect` says what is wrong with it. */
  async list(): Promise<ModelSummary[]> {
    const summaries: ModelSummary[] = [];
    for (const file of await this.#folder.list()) {
      const loaded = await this.#load(file.id, file.path).catch(() => undefined);
      if (!loaded) continue;
      const { labels, scores } = loaded.model;
      const thresholds = thresholdsInForce(loaded.model, file.id, await this.#settings.get());
      const ownScores = scores.map((score) => ({ ...score, perLabel: { ...score.perLabel } }));
      const { id, bytes } = file;
      summaries.push({ id, name: id, labels: [...labels], bytes, thresholds, scores: ownScores });
    }
    return summaries;
  }

  /**
   * The model of this id; without one, the model that the settings name.
   * @throws {HeedError} model-missing, and whatever reading the file says
   */
  async byId(id?: string): Promise<LoadedModel> {
    const wanted = id ?? (await this.#settings.get()).modelId;
    const file = await this.#folder.find(wanted);
    if (!file) {
      const others = (await this.#folder.list()).map((model) => model.id).join(', ');
      throw new HeedError(
        'model-missing',
        `There is no model named ${wanted}; ${others ? `those at hand are: ${others}` : 'none is at hand, so name a model file'}.`,
      );
    }
    return this.#load(file.id, file.path);
  }

  /** The model in this file; without a path, the model that the settings name. @throws as byId */
  async byPath(path?: string): Promise<LoadedModel> {
    return path === undefined ? this.byId() : this.#load(path, path);
  }

  async #load(id: string, path: string): Promise<LoadedModel> {
    const status = await stat(path).catch(() => undefined);
    if (!status) throw new HeedError('model-missing', `There is no model file ${path}.`);
    const key = `${path}\n${status.size}\n${status.mtimeMs}\n${id}`;
    const loaded = this.#loaded.get(key) ?? (await this.#read(id, path, status.size));
    this.#loaded.delete(key);
    this.#loaded.set(key, loaded);
    if (this.#loaded.size > MODELS_KEPT) this.#loaded.delete(this.#loaded.keys().next().value!);
    return loaded;
  }

  async #read(id: string, path: string, bytes: number): Promise<LoadedModel> {
    const model = await loadModel(path);
    const extractor = createMeydaExtractor(model.features);
    return { id, path, bytes, model, extractor, recogniser: createClipRecogniser(model, this.#backend, extractor) };
  }
}
