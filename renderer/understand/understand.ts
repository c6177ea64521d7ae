import type { EngineClient } from '../../src/engine/client.ts';
import type { HeardTake, UnderstandClip, UnderstandMatrix } from '../../src/engine/contract/understand-schemas.ts';
import { createStore, type Store } from '../store.ts';

/** Which takes are shown: those behind one cell of the matrix, or all of a word. */
export type Selection = { readonly word: string; readonly answer: string | undefined };

/** What the Understand screen shows, and all it can ask for. */
export interface Understand {
  /** undefined until the engine has answered. */
  readonly matrix: Store<UnderstandMatrix | undefined>;
  /** Why there is no matrix. */
  readonly problem: Store<unknown>;
  readonly selection: Store<Selection | undefined>;
  /** The take that is looked into. */
  readonly clip: Store<UnderstandClip | undefined>;
  /** The model that is looked into; undefined for the one that listens. */
  readonly modelId: Store<string | undefined>;
  readonly of: Store<'all' | 'held-out'>;
  /** The take that was looked into last, so that the focus goes back to it. */
  readonly returnTo: Store<string | undefined>;
  /** Models that can be chosen. */
  readonly models: Store<readonly string[]>;
  /** Asks for everything anew: takes or models may have changed. */
  refresh(): Promise<void>;
  /** Another model listens: where the one before could not be shown, this one may. */
  modelChanged(): void;
  show(change: { readonly modelId?: string; readonly of?: 'all' | 'held-out' }): void;
  open(takeId: string): Promise<void>;
  close(): void;
  relabel(takeId: string, label: string): Promise<void>;
  leaveOut(takeId: string, leftOut: boolean): Promise<void>;
  /** Shows a threshold at once; `keep` sends it to the engine as well. */
  setThreshold(label: string, threshold: number, keep: boolean): void;
}

/**
 * @param complain  shows an error of the engine
 * @param onThreshold  a threshold of a model was changed
 */
export function createUnderstand(
  engine: EngineClient,
  complain: (error: unknown) => void,
  onThreshold: (modelId: string, label: string, threshold: number) => void,
): Understand {
  const matrix = createStore<UnderstandMatrix | undefined>(undefined);
  const problem = createStore<unknown>(undefined);
  const selection = createStore<Selection | undefined>(undefined);
  const clip = createStore<UnderstandClip | undefined>(undefined);
  const modelId = createStore<string | undefined>(undefined);
  const of = createStore<'all' | 'held-out'>('all');
  const returnTo = createStore<string | undefined>(undefined);
  const models = createStore<readonly string[]>([]);
  let asked = 0;
  let isShown = false;

  async function refresh(): Promise<void> {
    isShown = true;
    const question = ++asked;
    const wanted = modelId.get();
    try {
      const listed = await engine.call('models.list', {});
      models.set(listed.models.map(({ id }) => id));
      const chosen = wanted !== undefined && models.get().includes(wanted) ? { modelId: wanted } : {};
      const answer = await engine.call('understand.matrix', { ...chosen, of: of.get() });
      // Of many answers only the one to the newest question counts.
      if (question !== asked) return;
      matrix.set(answer);
      problem.set(undefined);
    } catch (error) {
      if (question !== asked) return;
      if (matrix.get()) complain(error);
      else problem.set(error);
    }
  }
  // Hearing every take is work: it is done once somebody looks.
  engine.on('words.changed', () => {
    if (isShown) void refresh();
  });

  async function attempt(change: () => Promise<unknown>): Promise<void> {
    try {
      await change();
    } catch (error) {
      complain(error);
    }
  }

  return {
    matrix,
    problem,
    selection,
    clip,
    modelId,
    of,
    returnTo,
    models,
    refresh,
    modelChanged: () => {
      if (problem.get() !== undefined) void refresh();
    },
    show(change) {
      if (change.modelId !== undefined) modelId.set(change.modelId);
      if (change.of !== undefined) of.set(change.of);
      void refresh();
    },
    open: (takeId) =>
      attempt(async () => {
        const shown = matrix.get()?.modelId;
        returnTo.set(takeId);
        clip.set(await engine.call('understand.clip', { takeId, ...(shown === undefined ? {} : { modelId: shown }) }));
      }),
    close: () => clip.set(undefined),
    relabel: (takeId, label) => attempt(() => engine.call('takes.move', { ids: [takeId], label })),
    leaveOut: (takeId, leftOut) => attempt(() => engine.call('takes.leaveOut', { ids: [takeId], leftOut })),
    setThreshold(label, threshold, keep) {
      const known = matrix.get();
      if (!known) return;
      const curves = known.curves.map((curve) => (curve.label === label ? { ...curve, threshold } : curve));
      matrix.set({ ...known, curves });
      if (!keep) return;
      void attempt(async () => {
        await engine.call('listen.threshold', { modelId: known.modelId, label, threshold });
        onThreshold(known.modelId, label, threshold);
      });
    },
  };
}

/** The takes that a selection shows, the least sure first. */
export function selectedTakes(takes: readonly HeardTake[], { word, answer }: Selection): readonly HeardTake[] {
  return takes.filter((take) => take.word === word && (answer === undefined || take.answer === answer));
}
