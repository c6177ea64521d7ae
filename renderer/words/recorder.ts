import type { EngineClient } from '../../src/engine/client.ts';
import type { CallInput, CallOutput } from '../../src/engine/contract/calls.ts';
import type { Take } from '../../src/engine/contract/words-schemas.ts';
import { asHeedError } from '../../src/errors.ts';
import { isChosenMicrophoneMissing, microphoneProblem } from '../capture/problems.ts';
import type { Microphone, OpenMicrophone } from '../capture/microphone.ts';
import { createSender, type Sender } from '../capture/sender.ts';
import { createStore, type Store } from '../store.ts';
import { strings } from '../strings.ts';
import { createLevelTrace, type LevelTrace } from './level-trace.ts';

/** How takes begin: at once one after the other, after a countdown, or while a key is held. */
export type RecordMode = 'automatic' | 'countdown' | 'held';

export type RecorderPhase =
  | 'off'
  | 'opening'
  /** Counting down to the next take. */
  | 'counting'
  /** Listening for the word, or learning how loud the room is before that. */
  | 'waiting'
  | 'speaking'
  /** Ready for the key to be held. */
  | 'ready'
  /** A take ended; the next one arms itself in a moment. */
  | 'pausing'
  | 'problem';

export interface RecorderState {
  readonly phase: RecorderPhase;
  /** The word that is recorded. */
  readonly label: string;
  /** The seconds left to count down. */
  readonly count: number;
  /** The newest take since recording began. */
  readonly newest: Take | undefined;
  readonly problem: string | undefined;
}

/** Records takes from the microphone, one after the other; the engine finds where each begins and ends. */
export interface Recorder {
  readonly state: Store<RecorderState>;
  /** Level and time of the take under way, drawn past React. */
  readonly trace: LevelTrace;
  start(label: string, mode: RecordMode): Promise<void>;
  /** Records the room for `BACKGROUND_MS`, then stops. */
  startBackground(label: string): Promise<void>;
  stop(): void;
  /** The key goes down, or up, where takes are held: a key that is down already when the microphone opens counts. */
  hold(): void;
  release(): void;
  /** Puts the newest take into the trash, and arms the next one. */
  retake(): Promise<void>;
}

/** The next take arms itself this long after the last one. */
export const PAUSE_MS = 600;
export const BACKGROUND_MS = 10_000;
const COUNTDOWN = 3;

const OFF: RecorderState = { phase: 'off', label: '', count: 0, newest: undefined, problem: undefined };

interface RecorderSurroundings {
  readonly microphoneId: () => string;
  /** Recording begins or ends: nothing else may listen meanwhile. */
  readonly onActive: (active: boolean) => void;
}

export function createRecorder(
  engine: EngineClient,
  open: OpenMicrophone,
  { microphoneId, onActive }: RecorderSurroundings,
): Recorder {
  const state = createStore<RecorderState>(OFF);
  const trace = createLevelTrace();
  let mode: RecordMode | 'background' = 'automatic';
  /** The key is down, whether or not anything can be recorded yet. */
  let isHeld = false;
  /** Counts recordings; what belongs to an earlier one changes nothing. */
  let run = 0;
  let microphone: Microphone | undefined;
  let session: string | undefined;
  let sender: Sender | undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;

  const change = (part: Partial<RecorderState>): void => state.update((before) => ({ ...before, ...part }));

  function close(): void {
    run++;
    clearTimeout(timer);
    sender?.close();
    microphone?.close();
    if (session !== undefined) engine.call('record.close', { session }).catch(() => undefined);
    sender = microphone = session = undefined;
    trace.clear();
  }

  function fail(error: unknown): void {
    const wasActive = state.get().phase !== 'off';
    close();
    change({ phase: 'problem', problem: asHeedError(error).message });
    if (wasActive) onActive(false);
  }

  async function arm(end: CallInput<'record.arm'>['end']): Promise<void> {
    if (session === undefined) return;
    const mine = run;
    await engine.call('record.arm', { session, label: state.get().label, end });
    if (mine === run) change({ phase: end.by === 'silence' ? 'waiting' : 'speaking', problem: undefined });
  }

  function armNext(): void {
    if (mode === 'automatic') arm({ by: 'silence' }).catch(fail);
    else if (mode === 'background') arm({ by: 'time', afterMs: BACKGROUND_MS }).catch(fail);
    else if (mode === 'held') awaitKey();
    else countDown(COUNTDOWN);
  }

  function awaitKey(): void {
    change({ phase: 'ready' });
    if (isHeld) armHeld().catch(fail);
  }

  async function armHeld(): Promise<void> {
    const mine = run;
    await arm({ by: 'caller' });
    // The key may have gone up while the engine armed.
    if (mine === run && !isHeld) finishHeld();
  }

  function finishHeld(): void {
    if (session === undefined) return;
    const mine = run;
    engine.call('record.finish', { session, keep: true }).then(
      ({ take }) => {
        if (mine !== run) return;
        if (take) ended(take);
        else awaitKey();
      },
      (error: unknown) => mine === run && fail(error),
    );
  }

  function countDown(count: number): void {
    if (count === 0) {
      arm({ by: 'silence' }).catch(fail);
      return;
    }
    change({ phase: 'counting', count });
    timer = setTimeout(() => countDown(count - 1), 1000);
  }

  function ended(take: Take): void {
    change({ newest: take });
    if (mode === 'background') {
      stop();
      return;
    }
    change({ phase: 'pausing' });
    timer = setTimeout(armNext, PAUSE_MS);
  }

  function heard({ phase, levelDb, elapsedMs, take }: CallOutput<'record.push'>): void {
    trace.add(levelDb, elapsedMs, phase === 'speaking');
    if (take) ended(take);
    else if (phase === 'speaking' && state.get().phase === 'waiting') change({ phase: 'speaking' });
    else if (phase === 'waiting' && state.get().phase === 'speaking') change({ phase: 'waiting' });
  }

  async function openMicrophone(mine: number): Promise<void> {
    const early: Float32Array[] = [];
    const listener = {
      onChunk: (samples: Float32Array) => {
        if (mine !== run) return;
        if (sender) sender.send(samples);
        else early.push(samples);
      },
      onEnded: () => mine === run && fail(new Error(microphoneText('lost'))),
      onMuted: () => undefined,
    };
    const opened = await open(microphoneId(), listener)
      .catch((error: unknown) => {
        if (microphoneId() !== '' && isChosenMicrophoneMissing(error)) return open('', listener);
        throw error;
      })
      .catch((error: unknown) => {
        throw new Error(microphoneText(microphoneProblem(error).kind), { cause: error });
      });
    if (mine !== run) {
      opened.close();
      return;
    }
    microphone = opened;
    const answer = await engine.call('record.open', { sampleRateHz: opened.sampleRateHz });
    if (mine !== run) {
      engine.call('record.close', answer).catch(() => undefined);
      return;
    }
    session = answer.session;
    sender = createSender(
      async (samples) => {
        const result = await engine.call('record.push', { session: answer.session, samples });
        if (mine === run) heard(result);
      },
      opened.sampleRateHz,
      { onDropped: () => undefined, onFailed: (error) => mine === run && fail(error) },
    );
    for (const samples of early) sender.send(samples);
  }

  async function begin(label: string, wanted: typeof mode): Promise<void> {
    const wasActive = !['off', 'problem'].includes(state.get().phase);
    close();
    const mine = run;
    mode = wanted;
    state.set({ ...OFF, phase: 'opening', label });
    if (!wasActive) onActive(true);
    try {
      await openMicrophone(mine);
      if (mine === run) armNext();
    } catch (error) {
      if (mine === run) fail(error);
    }
  }

  function stop(): void {
    const { phase, newest, label } = state.get();
    if (phase === 'off') return;
    close();
    state.set({ ...OFF, label, newest });
    if (phase !== 'problem') onActive(false);
  }

  engine.on('engine.restarted', () => {
    if (!['off', 'problem'].includes(state.get().phase)) fail(new Error(strings.words.recording.restarted));
  });

  return {
    state,
    trace,
    start: (label, wanted) => begin(label, wanted),
    startBackground: (label) => begin(label, 'background'),
    stop,
    hold: () => {
      isHeld = true;
      if (mode === 'held' && state.get().phase === 'ready') armHeld().catch(fail);
    },
    release: () => {
      isHeld = false;
      if (mode === 'held' && state.get().phase === 'speaking') finishHeld();
    },
    retake: async () => {
      const { newest, phase, label } = state.get();
      if (!newest) return;
      change({ newest: undefined });
      try {
        await engine.call('takes.delete', { ids: [newest.id] });
      } catch {
        // It is gone already: that is what was wanted.
      }
      if (phase === 'off' || phase === 'problem') await begin(label, mode);
      else if (phase === 'pausing') {
        clearTimeout(timer);
        armNext();
      }
    },
  };
}

function microphoneText(kind: keyof typeof strings.problems): string {
  const { title, advice } = strings.problems[kind];
  return `${title} ${strings.recordingAdvice[kind] ?? advice}`;
}
