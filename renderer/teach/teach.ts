import type { EngineClient } from '../../src/engine/client.ts';
import type { CallName } from '../../src/engine/contract/calls.ts';
import type { TeachPlan, TeachSettings, TeachStatus } from '../../src/engine/contract/teach-schemas.ts';
import { createStore, type Store } from '../store.ts';

/** What the Teach screen shows, and all it can ask for. It follows the lesson on every screen. */
export interface Teach {
  /** undefined until the engine has answered. */
  readonly status: Store<TeachStatus | undefined>;
  /** What a lesson would teach now. */
  readonly plan: Store<TeachPlan | undefined>;
  readonly settings: Store<TeachSettings>;
  /** What went wrong with the newest question. */
  readonly problem: Store<unknown>;
  /** Whether an answer of the engine is awaited, so that nothing is asked twice. */
  readonly busy: Store<boolean>;
  changeSettings(change: Partial<TeachSettings>): void;
  start(): Promise<void>;
  pause(): Promise<void>;
  resume(): Promise<void>;
  cancel(): Promise<void>;
  use(): Promise<void>;
  discard(): Promise<void>;
  rollback(): Promise<void>;
  /** Asks for everything anew: takes or models may have changed. */
  refresh(): Promise<void>;
  /** Another model listens: what is shown is asked for anew. */
  modelChanged(): void;
}

/** The calls that change the lesson; each answers how things stand then. */
type Change = Extract<CallName, `teach.${'pause' | 'resume' | 'cancel' | 'use' | 'discard' | 'rollback'}`>;

export const DEFAULT_TEACH_SETTINGS: TeachSettings = {
  method: 'adapt',
  depth: 'usual',
  heldOutShare: 0.2,
  passes: null,
  rate: null,
  hidden: 64,
  layers: 1,
};

/** @param onModelChanged  another model listens from now on */
export function createTeach(engine: EngineClient, onModelChanged: () => void): Teach {
  const status = createStore<TeachStatus | undefined>(undefined);
  const plan = createStore<TeachPlan | undefined>(undefined);
  const settings = createStore(DEFAULT_TEACH_SETTINGS);
  const busy = createStore(false);
  const problem = createStore<unknown>(undefined);

  const update = (change: Partial<TeachStatus>): void => status.update((known) => known && { ...known, ...change });
  engine.on('teach.progress', (progress) => update({ progress }));
  engine.on('teach.epoch', (epoch) =>
    status.update(
      (known) => known && { ...known, epochs: [...known.epochs.filter((each) => each.epoch < epoch.epoch), epoch] },
    ),
  );
  engine.on('teach.done', (ended) => status.set(ended));
  // Before anybody has looked, nothing is shown that could be out of date.
  const refreshWhereShown = (): void => {
    if (status.get() || problem.get()) void refresh();
  };
  engine.on('words.changed', refreshWhereShown);
  engine.on('engine.restarted', refreshWhereShown);

  async function replan(): Promise<void> {
    const asked = settings.get();
    const answer = await engine.call('teach.plan', { settings: asked });
    // A slower answer to an older question must not undo a newer one.
    if (asked === settings.get()) plan.set(answer);
  }

  async function refresh(): Promise<void> {
    try {
      status.set(await engine.call('teach.status', {}));
      await replan();
      problem.set(undefined);
    } catch (error) {
      plan.set(undefined);
      problem.set(error);
    }
  }

  async function ask(question: () => Promise<TeachStatus>): Promise<void> {
    if (busy.get()) return;
    busy.set(true);
    problem.set(undefined);
    try {
      status.set(await question());
      await replan();
    } catch (error) {
      problem.set(error);
    } finally {
      busy.set(false);
    }
  }
  const change = (name: Change) => (): Promise<void> => ask(() => engine.call(name, {}));

  return {
    status,
    plan,
    settings,
    problem,
    busy,
    changeSettings(wanted) {
      settings.update((before) => ({ ...before, ...wanted }));
      replan().catch((error: unknown) => problem.set(error));
    },
    start: () => ask(() => engine.call('teach.start', { settings: settings.get() })),
    pause: change('teach.pause'),
    resume: change('teach.resume'),
    cancel: change('teach.cancel'),
    discard: change('teach.discard'),
    async use() {
      await change('teach.use')();
      onModelChanged();
    },
    async rollback() {
      await change('teach.rollback')();
      onModelChanged();
    },
    refresh,
    modelChanged: refreshWhereShown,
  };
}
