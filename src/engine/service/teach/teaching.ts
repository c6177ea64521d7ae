import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { writeAtomically } from '../../../atomic-write.ts';
import { asHeedError, HeedError } from '../../../errors.ts';
import type { JsonFile } from '../../../store/json-file.ts';
import type { ModelsFolder } from '../../../store/models-folder.ts';
import type { Settings } from '../../contract/schemas.ts';
import type { TeachPlan, TeachProgress, TeachSettings, TeachStatus } from '../../contract/teach-schemas.ts';
import type { EventHub } from '../event-hub.ts';
import type { ModelLibrary } from '../model-library.ts';
import { compareModels } from './compare-models.ts';
import { LessonFolder, type LessonRecord } from './lesson-folder.ts';
import { planLesson } from './lesson-plan.ts';
import type { TakeSource } from './lesson-take.ts';

/** What the lesson's training says while it runs. */
export interface LessonListeners {
  onEpoch(epoch: TeachStatus['epochs'][number]): void;
  onProgress(progress: TeachProgress): void;
}

/** One lesson's training, whatever the method. */
export interface LessonRun {
  readonly plan: TeachPlan;
  /** Folders of labelled folders. */
  readonly trainFolder: string;
  readonly heldOutFolder: string;
  /** The model to go on from. */
  readonly from: string;
  readonly out: string;
}

export interface LessonOutcome {
  /** Whether it was stopped before its end. */
  readonly stopped: boolean;
  /** Whether the new model is better than the one it began with; where it is not, that one is in the file. */
  readonly improved: boolean;
}

export interface TeachingOptions {
  readonly home: string;
  readonly models: ModelLibrary;
  readonly modelsFolder: ModelsFolder;
  /** Where a model that is put to use is saved. */
  readonly ownModelsFolder: string;
  readonly settings: JsonFile<Settings>;
  readonly takes: TakeSource;
  readonly events: EventHub;
  readonly say: (message: string) => void;
  /** Trains, going on from what an earlier call left; resolves with what came of it. */
  readonly train: (run: LessonRun, listeners: LessonListeners, signal: AbortSignal) => Promise<LessonOutcome>;
}

/** Why a lesson's work is being ended; without a reason the program is closing, and the lesson counts as interrupted. */
type EndReason = 'pause' | 'cancel';

interface Running {
  readonly controller: AbortController;
  reason: EndReason | undefined;
  ended: Promise<void>;
}

const PROBLEMS: Readonly<Record<NonNullable<TeachPlan['problem']>, string>> = {
  'no-takes': 'There is nothing to teach yet: record some takes of a word first.',
  'too-few-takes': 'No word has enough takes yet: record at least three of each word to teach.',
  'one-word': 'A model learns by telling sounds apart: add a second word, or some takes of what is no word.',
};

/**
 * Teaching: one lesson at a time, from the takes to a model that waits beside the old one until it is put to use. What
 * was learned survives the program's end; only the last few seconds are learned again.
 */
export class Teaching {
  readonly #options: TeachingOptions;
  readonly #folder: LessonFolder;
  #progress: TeachProgress | null = null;
  #running: Running | undefined;
  /** Calls that change the lesson are worked through one after the other. */
  #last: Promise<unknown> = Promise.resolve();

  constructor(options: TeachingOptions) {
    this.#options = options;
    this.#folder = new LessonFolder(options.home, options.say);
  }

  /** @throws {HeedError} model-missing; what reading the takes says */
  async plan(settings: TeachSettings): Promise<TeachPlan> {
    const { id, model } = await this.#options.models.byId();
    return planLesson(await this.#options.takes.list(), settings, { id, model });
  }

  async status(): Promise<TeachStatus> {
    const record = await this.#folder.record.get();
    const used = await this.#folder.used.get();
    const inUse = (await this.#options.settings.get()).modelId;
    return {
      phase: record === null ? 'none' : record.phase === 'learning' && !this.#running ? 'interrupted' : record.phase,
      plan: record?.plan ?? null,
      epochs: record?.epochs ?? [],
      progress: this.#running ? this.#progress : null,
      comparison: record?.comparison ?? null,
      failure: record?.failure ?? null,
      used:
        used?.modelId === inUse ? { modelId: used.modelId, previousModelId: used.previousModelId, at: used.at } : null,
    };
  }

  /**
   * Begins a lesson.
   * @throws {HeedError} usage while there is another; dataset where there is too little to learn from; file-unwritable
   */
  start(settings: TeachSettings): Promise<TeachStatus> {
    return this.#inTurn(async () => {
      const before = await this.#folder.record.get();
      if (before && before.phase !== 'failed')
        throw new HeedError('usage', 'There is a lesson already: finish it or cancel it, then begin another.');
      const { id, model } = await this.#options.models.byId();
      const takes = await this.#options.takes.list();
      const plan = planLesson(takes, settings, { id, model });
      if (plan.problem) throw new HeedError('dataset', PROBLEMS[plan.problem]);
      const heldOutIds = await this.#folder.fill(plan, takes, this.#options.takes);
      const record: LessonRecord = {
        ...{ phase: 'learning', plan, heldOutIds, epochs: [], comparison: null, failure: null },
      };
      await this.#folder.record.update(() => record);
      this.#begin(plan);
    });
  }

  /** @throws {HeedError} usage where nothing is being learned */
  pause(): Promise<TeachStatus> {
    return this.#inTurn(async () => {
      if (!this.#running) throw new HeedError('usage', 'There is nothing to pause: no lesson is under way.');
      await this.#end('pause');
    });
  }

  /** @throws {HeedError} usage where no lesson was paused or interrupted */
  resume(): Promise<TeachStatus> {
    return this.#inTurn(async () => {
      const record = await this.#folder.record.get();
      if (this.#running || !record || (record.phase !== 'paused' && record.phase !== 'learning'))
        throw new HeedError('usage', 'There is no paused lesson to go on with.');
      // Adapting takes seconds and keeps no checkpoint: it begins again.
      const isAnew = record.plan.settings.method === 'adapt';
      await this.#change({ phase: 'learning', ...(isAnew ? { epochs: [] } : {}) });
      this.#begin(record.plan);
    });
  }

  /** Ends and forgets the lesson, whatever became of it; where there is none nothing happens. */
  cancel(): Promise<TeachStatus> {
    return this.#inTurn(async () => {
      await this.#end('cancel');
      await this.#folder.empty();
    });
  }

  /**
   * Puts the new model to use, under an id of its own, with the thresholds that the user set for the words it kept.
   * @throws {HeedError} usage where no lesson is done; file-unwritable
   */
  use(): Promise<TeachStatus> {
    return this.#inTurn(async () => {
      const record = await this.#finished();
      const { models, settings, modelsFolder, ownModelsFolder } = this.#options;
      const previousModelId = (await settings.get()).modelId;
      const modelId = freeId((await modelsFolder.list()).map((file) => file.id));
      await writeAtomically(
        join(ownModelsFolder, `${modelId}.onnx`),
        await readFile(this.#folder.candidate),
        'The model',
      );
      const { labels } = (await models.byId(modelId)).model;
      await this.#folder.used.update(() => ({
        ...{ modelId, previousModelId, at: Date.now(), heldOutIds: record.heldOutIds },
      }));
      await settings.update((before) => {
        const own = Object.entries(before.thresholds[record.plan.fromModelId] ?? {});
        const kept = Object.fromEntries(own.filter(([label]) => labels.includes(label)));
        return { ...before, modelId, thresholds: { ...before.thresholds, [modelId]: kept } };
      });
      await this.#folder.empty();
    });
  }

  /** @throws {HeedError} usage where no lesson is done */
  discard(): Promise<TeachStatus> {
    return this.#inTurn(async () => {
      await this.#finished();
      await this.#folder.empty();
    });
  }

  /** @throws {HeedError} usage where no taught model listens; model-missing where the one before is gone */
  rollback(): Promise<TeachStatus> {
    return this.#inTurn(async () => {
      const { used } = await this.status();
      if (!used)
        throw new HeedError('usage', 'There is nothing to go back from: no model that was taught here listens.');
      await this.#options.models.byId(used.previousModelId);
      await this.#options.settings.update((before) => ({ ...before, modelId: used.previousModelId }));
    });
  }

  /** The takes on which the newest lesson, or else the model that was last put to use, was measured. */
  async heldOutIds(): Promise<readonly string[]> {
    return (await this.#folder.record.get())?.heldOutIds ?? (await this.#folder.used.get())?.heldOutIds ?? [];
  }

  /** Ends the work with all it has learned kept, so that it can go on at the next start. */
  async close(): Promise<void> {
    await this.#last.catch(() => undefined);
    this.#running?.controller.abort();
    await this.#running?.ended;
  }

  #inTurn(change: () => Promise<void>): Promise<TeachStatus> {
    const turn = this.#last
      .catch(() => undefined)
      .then(change)
      .then(() => this.status());
    this.#last = turn;
    return turn;
  }

  async #finished(): Promise<LessonRecord> {
    const record = await this.#folder.record.get();
    if (record?.phase !== 'done') throw new HeedError('usage', 'There is no new model to decide on.');
    return record;
  }

  async #end(reason: EndReason): Promise<void> {
    if (!this.#running) return;
    this.#running.reason = reason;
    this.#running.controller.abort();
    await this.#running.ended;
  }

  #begin(plan: TeachPlan): void {
    const controller = new AbortController();
    const running: Running = { controller, reason: undefined, ended: Promise.resolve() };
    this.#running = running;
    this.#progress = null;
    running.ended = this.#learn(plan, running)
      .catch((error: unknown) => this.#fail(error, running))
      .then(async () => {
        this.#running = undefined;
        this.#options.events.emit('teach.done', await this.status());
      })
      .catch((error: unknown) => this.#complain(error));
  }

  async #learn(plan: TeachPlan, running: Running): Promise<void> {
    const { models, events, train } = this.#options;
    const { trainFolder, heldOutFolder, candidate: out } = this.#folder;
    const from = await models.byId(plan.fromModelId);
    /** Written one after the other, while learning goes on. */
    let written: Promise<unknown> = Promise.resolve();
    const listeners: LessonListeners = {
      onEpoch: (epoch) => {
        written = written.then(() => this.#addEpoch(epoch)).catch((error: unknown) => this.#complain(error));
        events.emit('teach.epoch', epoch);
      },
      onProgress: (progress) => {
        this.#progress = progress;
        events.emit('teach.progress', progress);
      },
    };
    const run = { plan, trainFolder, heldOutFolder, from: from.path, out };
    const { stopped, improved } = await train(run, listeners, running.controller.signal).finally(() => written);
    if (stopped) return this.#stopped(running);
    const after = await models.byPath(out);
    const compared = await compareModels(from.recogniser, after.recogniser, heldOutFolder);
    await this.#change({ phase: 'done', comparison: { ...compared, improved } });
  }

  async #stopped({ reason }: Running): Promise<void> {
    if (reason === 'pause') await this.#change({ phase: 'paused' });
  }

  async #fail(error: unknown, running: Running): Promise<void> {
    // What is stopped before it has learned anything says so by an error.
    if (running.controller.signal.aborted) return this.#stopped(running);
    await this.#change({ phase: 'failed', failure: asHeedError(error).message }).catch((again: unknown) =>
      this.#complain(again),
    );
  }

  /** A pass that is learned again after an interruption takes the place of what was noted of it. */
  #addEpoch(epoch: TeachStatus['epochs'][number]): Promise<unknown> {
    return this.#folder.record.update(
      (record) => record && { ...record, epochs: [...record.epochs.filter((each) => each.epoch < epoch.epoch), epoch] },
    );
  }

  async #change(change: Partial<LessonRecord>): Promise<void> {
    await this.#folder.record.update((record) => record && { ...record, ...change });
  }

  #complain(error: unknown): void {
    this.#options.say(asHeedError(error).message);
  }
}

/** An id that no model has: my-words, my-words-2, … */
function freeId(taken: readonly string[]): string {
  for (let n = 1; ; n++) {
    const id = n === 1 ? 'my-words' : `my-words-${n}`;
    if (!taken.includes(id)) return id;
  }
}
