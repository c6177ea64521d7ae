import { join } from 'node:path';
import { HEED_VERSION } from '../../version.ts';
import { defaultCacheFolder } from '../../training/feature-cache.ts';
import { ModelsFolder } from '../../store/models-folder.ts';
import { TakesStore } from '../../store/takes/takes-store.ts';
import { createCompute } from '../compute.ts';
import type { CallName, CallOutput, ParsedInput } from '../contract/calls.ts';
import { DetectionLog } from './detection-log.ts';
import type { EventHub } from './event-hub.ts';
import { exportForWindow, exportToFile } from './export.ts';
import { createModelImportHandlers } from './import/model-import-handlers.ts';
import { createHandoffHandlers } from './handoff.ts';
import { createLabHandlers } from './lab/lab-handlers.ts';
import { ListeningSessions } from './listening.ts';
import { describeModel } from './model-description.ts';
import { ModelLibrary } from './model-library.ts';
import { recognizeFile } from './recognize-file.ts';
import { openSettings } from './settings.ts';
import { StreamWork } from './stream-work.ts';
import { lessonTakes } from './teach/lesson-take.ts';
import { createTeachHandlers } from './teach/teach-handlers.ts';
import { Teaching } from './teach/teaching.ts';
import { createLessonTraining } from './teach/train-lesson.ts';
import { createCompressHandlers } from './compress/compress-handlers.ts';
import { createCompareHandlers } from './compare/compare-handlers.ts';
import { createSearchHandlers } from './search/search-handlers.ts';
import { createFinetuneHandlers } from './finetune/finetune-handlers.ts';
import { createUnderstandHandlers } from './understand/understand-handlers.ts';
import { Understanding } from './understand/understanding.ts';
import { createRecordHandlers } from './words/record-handlers.ts';
import { checkTake } from './words/take-check.ts';
import { LabRuns } from './studio-lab/lab-runs.ts';
import { createStudioLabHandlers } from './studio-lab/studio-lab-handlers.ts';
import { TakeRecordings } from './words/take-recording.ts';
import { createRecordingsOut } from './recordings/recordings-out.ts';
import { createDataHandlers } from './data/data-handlers.ts';
import { createModelsHandlers } from './models/models-handlers.ts';
import { createRecordingsIn } from './recordings/recordings-in.ts';
import { createWordsHandlers } from './words/words-handlers.ts';
import { LongWork } from './work.ts';

export interface ServiceOptions {
  /** The user's data: settings and their own models, in `models`. Need not exist. */
  readonly home: string;
  /** The folder of the models that come with Heed. */
  readonly modelsFolder: string;
  /** Where features are kept between runs; the system's cache folder when left out. */
  readonly cacheFolder?: string;
  /** Told what a person should know, one sentence at a time; standard error when left out. */
  readonly onMessage?: (message: string) => void;
}

/** One handler for each call of the contract: leaving one out does not compile. */
export type Handlers = {
  readonly [N in CallName]: (input: ParsedInput<N>) => CallOutput<N> | Promise<CallOutput<N>>;
};

/** What stands behind the calls: one handler for each, and an end to everything that runs. */
export function createService(
  options: ServiceOptions,
  events: EventHub,
): { readonly handlers: Handlers; readonly close: () => Promise<void> } {
  const say = options.onMessage ?? ((message: string) => console.error(`heed: ${message}`));
  const compute = createCompute();
  const { backend } = compute;
  const settings = openSettings(options.home, say);
  const ownModelsFolder = join(options.home, 'models');
  const modelsFolder = new ModelsFolder([options.modelsFolder, ownModelsFolder]);
  const models = new ModelLibrary(modelsFolder, settings, backend);
  const detections = new DetectionLog();
  const listening = new ListeningSessions(settings, detections, events);
  const work = new LongWork(compute, models, events, say, options.cacheFolder);
  const streams = new StreamWork(compute, models, events);
  const takes = new TakesStore(options.home, say, () => events.emit('words.changed', {}));
  const teaching = new Teaching({
    ...{ home: options.home, models, modelsFolder, ownModelsFolder, settings, takes: lessonTakes(takes), events, say },
    train: createLessonTraining(work, async (path) => (await models.byPath(path)).model, options.cacheFolder),
  });
  const understanding = new Understanding({
    ...{ models, settings, takes, backend, heldOutIds: () => teaching.heldOutIds() },
  });

  const lab = new LabRuns({
    ...{ home: options.home, takes: lessonTakes(takes), models, work, events, cacheFolder: options.cacheFolder },
  });
  const imports = createRecordingsIn(options.home, takes, events);
  const exports = createRecordingsOut(takes, events);

  const closing = new AbortController();
  const check = (label: string, samples: Float32Array) => checkTake(label, samples, () => models.byId());

  const handlers: Handlers = {
    ...createWordsHandlers(takes, check),
    ...createRecordHandlers(new TakeRecordings(takes, check)),
    ...createFinetuneHandlers(work, models, detections, takes, events),
    ...createLabHandlers(work, events),
    ...createStudioLabHandlers(lab),
    ...createSearchHandlers(work, events, options.cacheFolder),
    ...createCompressHandlers(work, events, options.cacheFolder),
    ...createCompareHandlers(work, events, options.cacheFolder),
    ...createTeachHandlers(teaching),
    ...createUnderstandHandlers(understanding),
    ...imports.handlers,
    ...exports.handlers,
    ...createModelImportHandlers(models, modelsFolder, ownModelsFolder),
    ...createHandoffHandlers(compute, events, options.cacheFolder, closing.signal),
    ...createDataHandlers({
      ...{ home: options.home, cacheFolder: options.cacheFolder ?? defaultCacheFolder(), settings, takes, detections },
      events,
      endWork: async () => {
        listening.closeAll();
        work.stopTraining();
        await lab.stop();
        await teaching.cancel();
        await imports.close();
        await exports.close();
      },
    }),
    ...createModelsHandlers({ home: options.home, folder: modelsFolder, models, settings, takes, events }),
    describe: () => ({ version: HEED_VERSION, backend: backend.name }),
    'models.list': async () => ({ models: await models.list(), inUse: (await settings.get()).modelId }),
    'models.export': async ({ modelId, ...request }) => exportForWindow(await models.byId(modelId), request, backend),
    'settings.get': () => settings.get(),
    'settings.set': async (change) => {
      // A model that is not there would leave the next start without ears.
      if (change.modelId !== undefined) await models.byId(change.modelId);
      return settings.update((before) => ({ ...before, ...change }));
    },
    recognizeSound: async ({ sound, modelId }) => {
      const { warnings, ...recognition } = await (await models.byId(modelId)).recogniser.classifySound(sound);
      return { ...recognition, warnings: [...warnings] };
    },
    'listen.open': async ({ sampleRateHz, modelId }) => listening.open(await models.byId(modelId), sampleRateHz),
    'listen.push': async ({ session, samples }) => ({ timeMs: await listening.push(session, samples) }),
    'listen.close': ({ session }) => {
      listening.close(session);
      return {};
    },
    'listen.threshold': async ({ modelId, label, threshold }) => {
      await listening.setThreshold(await models.byId(modelId), label, threshold);
      return {};
    },
    'detections.list': () => ({ detections: detections.list() }),
    'detections.sound': ({ id }) => detections.sound(id),

    inspect: async ({ file }) => describeModel(await models.byPath(file)),
    recognize: async ({ file, model }) => recognizeFile(file, await models.byPath(model)),
    'listen.openFile': async ({ sampleRateHz, model }) => listening.open(await models.byPath(model), sampleRateHz),
    evaluate: (input) => work.evaluate(input),
    train: (input) => work.train(input),
    export: async ({ model, ...request }) => exportToFile(await models.byPath(model), request, backend),
    forms: (input) => work.forms(input),
    bench: (input) => work.bench(input),
    report: (input) => work.report(input),
    makeStream: (input) => streams.make(input),
    evaluateStream: (input) => streams.evaluate(input),
    calibrate: (input) => streams.calibrate(input),
    'streams.stop': () => {
      streams.stop();
      return {};
    },
    'train.stop': () => {
      work.stopTraining();
      return {};
    },
  };
  return {
    handlers,
    close: async () => {
      closing.abort();
      listening.closeAll();
      await teaching.close();
      await lab.stop();
      await Promise.all([work.close(), streams.close()]);
      await imports.close();
      await exports.close();
      await takes.close();
    },
  };
}
