import type { EngineClient } from '../../src/engine/client.ts';
import {
  labKind,
  type LabJob,
  type LabKind,
  type LabParameter,
  type LabResult,
  type LabRunning,
} from '../../src/engine/contract/studio-lab-schemas.ts';
import { asHeedError } from '../../src/errors.ts';
import type { PickedFile } from '../import/picked-files.ts';
import { createStore, type Store } from '../store.ts';
import { strings } from '../strings.ts';
import type { SaveFile } from '../studio/save-file.ts';
import { handOver, labelledFiles } from './clip-folder.ts';
import { INITIAL_LAB_SETTINGS, type LabExample, type LabPage, type LabSettings } from './lab-settings.ts';

/** A result, and the name of the file it was read from where it was. */
export interface ShownResult {
  readonly result: LabResult;
  readonly fileName: string | undefined;
}

/** A folder of recordings that was chosen. */
export interface ClipFolder {
  readonly name: string;
  readonly count: number;
  /** Files that are no recordings of a word. */
  readonly leftOut: number;
  /** How many are copied. */
  readonly done: number;
}

/** The experiments: how they are set, which one runs, what they came to. */
export interface Lab {
  readonly settings: Store<LabSettings>;
  /** null where none runs; undefined until the engine has answered. */
  readonly running: Store<LabRunning | null | undefined>;
  readonly isStopping: Store<boolean>;
  readonly results: Store<Partial<Record<LabKind, ShownResult>>>;
  readonly failures: Store<Partial<Record<LabKind, string>>>;
  readonly parameters: Store<readonly LabParameter[]>;
  readonly clipFolder: Store<ClipFolder | undefined>;
  /** Sentences to learn from, and a series of days; chosen in the window. */
  readonly texts: Store<readonly File[]>;
  readonly series: Store<Partial<Record<'weather' | 'prices', File>>>;
  change(change: Partial<LabSettings>): void;
  /** Asks the engine how things stand. */
  refresh(): Promise<void>;
  start(job: LabJob): Promise<void>;
  stop(): Promise<void>;
  /** Takes a folder of labelled folders to learn from. */
  takeFolder(files: readonly PickedFile[]): Promise<void>;
  /** Shows results from a file, on the page they belong to. */
  open(file: File): Promise<void>;
  /** Gives a result to the user as a JSON file. */
  save(result: LabResult): void;
}

/** The page on which results of a kind are shown. */
export function placeOf(kind: LabKind): { readonly page: LabPage; readonly example?: LabExample } {
  if (kind === 'compare' || kind === 'search' || kind === 'lighter') return { page: kind };
  return { page: 'examples', example: kind === 'sentence' ? 'sentiment' : kind };
}

/**
 * @param save  gives a file to the user
 * @param complain  told what went wrong where no page shows it
 */
export function createLab(engine: EngineClient, save: SaveFile, complain: (error: unknown) => void): Lab {
  const settings = createStore(INITIAL_LAB_SETTINGS);
  const running = createStore<LabRunning | null | undefined>(undefined);
  const isStopping = createStore(false);
  const results = createStore<Partial<Record<LabKind, ShownResult>>>({});
  const failures = createStore<Partial<Record<LabKind, string>>>({});
  const parameters = createStore<readonly LabParameter[]>([]);
  const clipFolder = createStore<ClipFolder | undefined>(undefined);

  const fail = (kind: LabKind, message: string | undefined): void =>
    failures.update(({ [kind]: _, ...others }) => (message === undefined ? others : { ...others, [kind]: message }));
  const show = (result: LabResult, fileName?: string): void =>
    results.update((shown) => ({ ...shown, [result.kind]: { result, fileName } }));

  engine.on('lab.progress', (progress) =>
    running.update((now) => ({ kind: progress.kind, trials: now?.trials ?? [], progress })),
  );
  engine.on('lab.trial', (trial) => running.update((now) => now && { ...now, trials: [...now.trials, trial] }));
  engine.on('lab.done', ({ kind, result, failure }) => {
    running.set(null);
    isStopping.set(false);
    if (result) show(result);
    fail(kind, failure ?? undefined);
  });
  engine.on('engine.restarted', () => {
    const was = running.get();
    running.set(null);
    isStopping.set(false);
    clipFolder.set(undefined);
    if (was) fail(was.kind, strings.lab.restarted);
  });

  return {
    settings,
    running,
    isStopping,
    results,
    failures,
    parameters,
    clipFolder,
    texts: createStore<readonly File[]>([]),
    series: createStore<Partial<Record<'weather' | 'prices', File>>>({}),
    change: (change) => settings.update((before) => ({ ...before, ...change })),
    async refresh() {
      try {
        const [now, known] = await Promise.all([engine.call('lab.running', {}), engine.call('lab.parameters', {})]);
        running.set(now.running);
        parameters.set(known.parameters);
        for (const kind of labKind.options) {
          if (results.get()[kind]) continue;
          const { result } = await engine.call('lab.result', { kind });
          if (result)
            results.update((shown) => (shown[kind] ? shown : { ...shown, [kind]: { result, fileName: undefined } }));
        }
      } catch (error) {
        complain(error);
      }
    },
    async start(job) {
      fail(job.kind, undefined);
      running.set({ kind: job.kind, progress: null, trials: [] });
      try {
        await engine.call('lab.start', job);
      } catch (error) {
        fail(job.kind, asHeedError(error).message);
        // Another window may have begun one.
        running.set((await engine.call('lab.running', {}).catch(() => ({ running: null }))).running);
      }
    },
    async stop() {
      isStopping.set(true);
      try {
        await engine.call('lab.stop', {});
      } catch (error) {
        isStopping.set(false);
        complain(error);
      }
    },
    async takeFolder(files) {
      if (files.length === 0) return;
      const name = files[0]!.path.split('/')[0]!;
      const clips = labelledFiles(files);
      if (clips.length === 0) {
        complain(new Error(strings.lab.clips.none(name)));
        return;
      }
      const folder = { name, count: clips.length, leftOut: files.length - clips.length };
      clipFolder.set({ ...folder, done: 0 });
      try {
        await handOver(engine, clips, (done) => clipFolder.set({ ...folder, done }));
      } catch (error) {
        clipFolder.set(undefined);
        complain(error);
      }
    },
    async open(file) {
      try {
        const bytes = new Uint8Array(await file.arrayBuffer());
        const { result } = await engine.call('lab.open', { name: file.name, bytes });
        show(result, file.name);
        fail(result.kind, undefined);
        settings.update((before) => ({ ...before, ...placeOf(result.kind) }));
      } catch (error) {
        complain(error);
      }
    },
    save: (result) =>
      save(`heed-${result.kind}.json`, new Blob([JSON.stringify(result, undefined, 1)], { type: 'application/json' })),
  };
}
