import type { EngineClient } from '../../src/engine/client.ts';
import type { CallOutput } from '../../src/engine/contract/calls.ts';
import type { Detection, Listening, ModelSummary, Settings } from '../../src/engine/contract/schemas.ts';
import { DELETE_EVERYTHING } from '../../src/engine/contract/data-calls.ts';
import type { HeedBridge } from '../../src/engine/transports/page/connect.ts';
import { asHeedError } from '../../src/errors.ts';
import type { DeviceInfo } from '../capture/devices.ts';
import { createListener, type Listener } from '../capture/listener.ts';
import type { OpenMicrophone } from '../capture/microphone.ts';
import { isAwake, isCapturing } from '../capture/state.ts';
import { decodeSound } from '../import/decode.ts';
import { createExporter, type Exporter } from '../import/exporter.ts';
import { createImporter, type Importer } from '../import/importer.ts';
import { createLab, type Lab } from '../lab/lab.ts';
import { createLiveSound, type LiveSound } from '../listen/live.ts';
import { createModelShelf, type ModelShelf } from '../models/model-shelf.ts';
import { createStore, type Store } from '../store.ts';
import { strings, UNKNOWN } from '../strings.ts';
import { createTeach, type Teach } from '../teach/teach.ts';
import { createUnderstand, type Understand } from '../understand/understand.ts';
import { createRecorder, type Recorder } from '../words/recorder.ts';
import { createTakeSounds, type TakeSounds } from '../words/take-sounds.ts';
import { createWordList, type WordList } from '../words/word-list.ts';
import { createNotices, type Notices } from './notices.ts';
import { createPlayer, type Player } from './player.ts';
import { saveFile } from './save-file.ts';

/** The words that can be heard, in the model's order. */
export interface Vocabulary {
  readonly modelId: string;
  readonly labels: readonly string[];
  /** `[labels]`; above 1: never fires. */
  readonly thresholds: readonly number[];
}

/** Everything that the screens show, and all they can ask for. */
export interface Studio {
  readonly settings: Store<Settings>;
  readonly devices: Store<readonly DeviceInfo[]>;
  readonly vocabulary: Store<Vocabulary | undefined>;
  /** What was heard, newest first. */
  readonly history: Store<readonly Detection[]>;
  /** The newest word since listening began. */
  readonly heard: Store<Detection | undefined>;
  /** Which engine answers: "0.1.0". */
  readonly version: Store<string>;
  readonly listener: Listener;
  readonly live: LiveSound;
  readonly notices: Notices;
  readonly player: Player;
  readonly words: WordList;
  /** What is typed to find a word; undefined where none is looked for. */
  readonly sought: Store<string | undefined>;
  readonly teach: Teach;
  readonly understand: Understand;
  readonly takeSounds: TakeSounds;
  readonly recorder: Recorder;
  readonly importer: Importer;
  readonly exporter: Exporter;
  readonly shelf: ModelShelf;
  readonly lab: Lab;
  /** Tells in a message what went wrong. */
  complain(error: unknown): void;
  /** Where the user's takes, models and settings are. */
  dataFolder(): Promise<string>;
  /** Opens that folder in the system's file manager; undefined in a browser. */
  readonly openDataFolder: (() => void) | undefined;
  /** Deletes all of the user's data, for good. */
  deleteEverything(): Promise<void>;
  changeSettings(change: Partial<Settings>): void;
  /** Makes another model the one that listens, at once where Heed listens. @throws {HeedError} what its loading says */
  useModel(modelId: string): Promise<void>;
  /** Shows a threshold at once; `keep` sends it to the engine as well. */
  setThreshold(label: string, threshold: number, keep: boolean): void;
  /** Takes up the model that is in use now: its words, and a new session where one is open. */
  modelChanged(): Promise<void>;
  /** Takes the last change to words and takes back, and says what it was. */
  undo(): Promise<void>;
  /** Keeps the sound of a detection as a take of what it truly was; `_unknown_` for nothing that should be heard. */
  correct(heard: Detection, label: string): Promise<void>;
  /** Plays the sound of a detection, or stops it where it plays already. */
  togglePlay(id: string): Promise<void>;
  /** Plays a take, or stops it where it plays already. */
  togglePlayTake(id: string): Promise<void>;
  /** @param changed  a device came or went since the last time */
  devicesListed(devices: readonly DeviceInfo[], changed: boolean): void;
}

const HISTORY_LENGTH = 100; // as many as the engine keeps the sound of

const DEFAULT_SETTINGS: Settings = {
  theme: 'system',
  microphoneId: '',
  modelId: '',
  recordMode: 'automatic',
  thresholds: {},
  defaultThreshold: null,
};

const vocabularyOf = ({ id, labels, thresholds }: ModelSummary): Vocabulary => ({ modelId: id, labels, thresholds });

/** @param bridge  to the Electron shell; undefined in a browser */
export function createStudio(
  engine: EngineClient,
  openMicrophone: OpenMicrophone,
  bridge?: Pick<HeedBridge, 'openDataFolder'>,
): Studio {
  const settings = createStore(DEFAULT_SETTINGS);
  const devices = createStore<readonly DeviceInfo[]>([]);
  const vocabulary = createStore<Vocabulary | undefined>(undefined);
  const history = createStore<readonly Detection[]>([]);
  const heard = createStore<Detection | undefined>(undefined);
  const version = createStore('');
  const sought = createStore<string | undefined>(undefined);
  const notices = createNotices();
  const player = createPlayer();
  const live = createLiveSound(engine);
  let listening: Listening | undefined;
  let droppedSeconds = 0;

  const complain = (error: unknown): void => {
    const { code, message } = asHeedError(error);
    // What is said when the engine is back takes its place.
    notices.show(code === 'engine-lost' ? 'engine' : 'error', message);
  };

  const words = createWordList(engine, complain);
  const importer = createImporter(engine, decodeSound, complain);
  const exporter = createExporter(engine, saveFile, complain);
  const shelf = createModelShelf(engine, saveFile, complain);

  const listener = createListener(engine, openMicrophone, () => settings.get().microphoneId, {
    onFellBack: (name) => notices.show('microphone', strings.microphone.fellBack(name || strings.microphone.thisOne)),
    onDropped: (seconds) => {
      droppedSeconds += seconds;
      notices.show('dropped', strings.notices.dropped(droppedSeconds.toFixed(1)));
    },
    onEngineRestarted: (awake) =>
      notices.show('engine', awake ? strings.notices.restarted : strings.notices.restartedAsleep),
    onSession: (opened) => {
      listening = opened;
      vocabulary.set({ modelId: opened.modelId, labels: opened.labels, thresholds: opened.thresholds });
      live.beginSession(opened.session, opened.melBands, opened.hopMs);
    },
  });

  listener.state.subscribe(() => {
    const state = listener.state.get();
    if (isCapturing(state)) return;
    live.endSession();
    listening = undefined;
    if (state.phase !== 'starting') return;
    heard.set(undefined);
    droppedSeconds = 0;
  });

  let listenedBefore = false;
  const recorder = createRecorder(engine, openMicrophone, {
    microphoneId: () => settings.get().microphoneId,
    // What is said for a take must not set anything off.
    onActive: (active) => {
      if (active) {
        listenedBefore = isAwake(listener.state.get());
        if (listenedBefore) listener.stop();
        player.stop();
      } else if (listenedBefore) void listener.start();
    },
  });

  engine.on('listen.detection', ({ session, ...detection }) => {
    if (session !== listening?.session) return;
    live.pin(detection.label, detection.timeMs, listening.windowMs);
    heard.set(detection);
    history.update((past) => [detection, ...past].slice(0, HISTORY_LENGTH));
  });

  // A rename may concern the model that listens, and what was set for it.
  engine.on('models.changed', () => void modelChanged().catch(complain));

  const load = async (): Promise<void> => {
    const [kept, { models, inUse }, past, about] = await Promise.all([
      engine.call('settings.get', {}),
      engine.call('models.list', {}),
      engine.call('detections.list', {}),
      engine.call('describe', {}),
    ]);
    settings.set(kept);
    version.set(about.version);
    if (history.get().length === 0) history.set(past.detections.slice(0, HISTORY_LENGTH));
    const model = models.find((each) => each.id === inUse);
    if (model) vocabulary.update((known) => known ?? vocabularyOf(model));
  };
  load().catch(complain);

  async function togglePlay(id: string, load: () => Promise<CallOutput<'takes.sound'>>): Promise<void> {
    if (player.playing.get() === id) {
      player.stop();
      return;
    }
    try {
      const { samples, sampleRateHz } = await load();
      await player.play(id, samples, sampleRateHz);
    } catch (error) {
      complain(error);
    }
  }

  /** A threshold was changed elsewhere: the ticks on the Listen screen follow. */
  function thresholdChanged(modelId: string, label: string, threshold: number): void {
    vocabulary.update((known) =>
      known?.modelId === modelId
        ? { ...known, thresholds: known.thresholds.map((old, i) => (known.labels[i] === label ? threshold : old)) }
        : known,
    );
  }

  async function modelChanged(): Promise<void> {
    const [kept, { models, inUse }] = await Promise.all([
      engine.call('settings.get', {}),
      engine.call('models.list', {}),
    ]);
    settings.set(kept);
    const model = models.find((each) => each.id === inUse);
    if (!model) return;
    const before = vocabulary.get();
    vocabulary.set(vocabularyOf(model));
    if (before?.modelId === model.id) {
      // It was listed before it could be used: what could not listen with it tries again.
      if (listener.state.get().problem?.kind === 'model') listener.modelChanged();
      return;
    }
    listener.modelChanged();
    teach.modelChanged();
    understand.modelChanged();
  }
  const teach = createTeach(engine, () => void modelChanged().catch(complain));
  const understand = createUnderstand(engine, complain, thresholdChanged);

  return {
    settings,
    devices,
    vocabulary,
    history,
    heard,
    version,
    listener,
    live,
    notices,
    player,
    words,
    sought,
    teach,
    understand,
    modelChanged,
    takeSounds: createTakeSounds(engine),
    recorder,
    importer,
    exporter,
    shelf,
    lab: createLab(engine, saveFile, complain),
    complain,
    dataFolder: async () => (await engine.call('data.describe', {})).folder,
    openDataFolder: bridge?.openDataFolder,
    async deleteEverything() {
      try {
        listener.stop();
        await engine.call('data.deleteAll', { confirm: DELETE_EVERYTHING });
        history.set([]);
        heard.set(undefined);
        await modelChanged();
        notices.show('settings', strings.settings.deletedAll);
      } catch (error) {
        complain(error);
      }
    },
    changeSettings(change) {
      const before = settings.get();
      settings.set({ ...before, ...change });
      const kept = engine.call('settings.set', change);
      kept.catch(complain);
      // Words without a threshold of their own have another one now; an open session is told by beginning anew.
      if (change.defaultThreshold !== undefined)
        kept.then(modelChanged).then(
          () => listener.modelChanged(),
          () => undefined,
        );
      if (change.microphoneId !== undefined && change.microphoneId !== before.microphoneId) listener.microphoneChosen();
    },
    async useModel(modelId) {
      await engine.call('settings.set', { modelId });
      shelf.reload();
      await modelChanged();
    },
    setThreshold(label, threshold, keep) {
      const known = vocabulary.get();
      if (!known) return;
      const thresholds = known.thresholds.map((old, i) => (known.labels[i] === label ? threshold : old));
      vocabulary.set({ ...known, thresholds });
      if (keep) engine.call('listen.threshold', { modelId: known.modelId, label, threshold }).catch(complain);
    },
    async undo() {
      try {
        const undone = await words.undo();
        notices.show('undo', undone ? strings.words.undone(undone) : strings.words.nothingToUndo);
      } catch (error) {
        complain(error);
      }
    },
    async correct({ id }, label) {
      try {
        await engine.call('detections.correct', { id, label });
        const text = strings.listen.correction;
        notices.show('words', label === UNKNOWN ? text.keptAsNothing : text.kept(label));
      } catch (error) {
        complain(error);
      }
    },
    togglePlay: (id) => togglePlay(id, () => engine.call('detections.sound', { id })),
    togglePlayTake: (id) => togglePlay(id, () => engine.call('takes.sound', { id })),
    devicesListed(present, changed) {
      devices.set(present);
      // Only news may start anything: a list that is merely read again must not.
      if (changed) listener.devicesChanged(present);
    },
  };
}
