import type { EngineClient } from '../../src/engine/client.ts';
import type { Listening } from '../../src/engine/contract/schemas.ts';
import { createStore, type Store } from '../store.ts';
import { type DeviceInfo, hasMicrophone, plainName } from './devices.ts';
import type { Microphone, OpenMicrophone } from './microphone.ts';
import { engineProblem, isChosenMicrophoneMissing, microphoneProblem } from './problems.ts';
import { createSender, type Sender } from './sender.ts';
import { ASLEEP, type CaptureEvent, type CaptureState, type Problem, isAwake, reduceCapture } from './state.ts';

/** Things worth one message, beyond what the state itself says. */
export interface ListenerNews {
  /** The chosen microphone is not there; this one was opened instead. */
  onFellBack(microphoneName: string): void;
  onDropped(seconds: number): void;
  onEngineRestarted(awake: boolean): void;
  /** A session is open; what follows from the engine is about it. */
  onSession(listening: Listening): void;
}

/** Microphone and engine, held together: opens both, carries the sound, and mends what can be mended. */
export interface Listener {
  readonly state: Store<CaptureState>;
  /** The open session, if one is. */
  session(): string | undefined;
  start(): Promise<void>;
  stop(): void;
  /** Starts when asleep or stuck, stops otherwise. */
  toggle(): void;
  /** The user chose another microphone: what listens, or wants to, begins anew with it. */
  microphoneChosen(): void;
  /** Another model listens from now on: what listens begins anew with it. */
  modelChanged(): void;
  /** Devices came or went: a microphone that was missed may be back. */
  devicesChanged(devices: readonly DeviceInfo[]): void;
}

/** Chunks kept until the session is open, about a second and a half of them: a word may begin at once. */
const EARLY_CHUNKS = 50;

/** @param microphoneId  gives the id of the chosen microphone, `''` for the system's default */
export function createListener(
  engine: EngineClient,
  open: OpenMicrophone,
  microphoneId: () => string,
  news: ListenerNews,
): Listener {
  const state = createStore<CaptureState>(ASLEEP);
  let microphone: Microphone | undefined;
  let lastDeviceId = '';
  let sender: Sender | undefined;
  let session: string | undefined;
  let early: Float32Array[] = [];

  const dispatch = (event: CaptureEvent): void => state.update((before) => reduceCapture(before, event));
  const isCurrent = (attempt: number): boolean => state.get().attempt === attempt;

  function closeSession(): void {
    sender?.close();
    sender = undefined;
    const closing = session;
    session = undefined;
    // A session that cannot be closed is gone already.
    if (closing !== undefined) engine.call('listen.close', { session: closing }).catch(() => undefined);
  }

  function closeMicrophone(): void {
    microphone?.close();
    microphone = undefined;
    early = [];
  }

  function fail(attempt: number, problem: Problem): void {
    if (!isCurrent(attempt)) return;
    closeSession();
    closeMicrophone();
    dispatch({ type: 'failed', attempt, problem });
  }

  async function openChosen(attempt: number): Promise<Microphone> {
    const listener = {
      onChunk: (samples: Float32Array) => {
        if (sender) sender.send(samples);
        else if (isCurrent(attempt) && early.length < EARLY_CHUNKS) early.push(samples);
      },
      onEnded: () => fail(attempt, { kind: 'lost' }),
      onMuted: (silent: boolean) => dispatch({ type: 'silence', attempt, source: 'track', silent }),
    };
    const chosen = microphoneId();
    try {
      return await open(chosen, listener);
    } catch (error) {
      if (chosen === '' || !isChosenMicrophoneMissing(error)) throw error;
      const other = await open('', listener);
      news.onFellBack(plainName(other.label));
      return other;
    }
  }

  async function openSession(attempt: number, from: Microphone): Promise<void> {
    const listening = await engine.call('listen.open', { sampleRateHz: from.sampleRateHz });
    if (!isCurrent(attempt)) {
      engine.call('listen.close', { session: listening.session }).catch(() => undefined);
      return;
    }
    session = listening.session;
    sender = createSender(
      (samples) => engine.call('listen.push', { session: listening.session, samples }),
      from.sampleRateHz,
      {
        onDropped: (seconds) => news.onDropped(seconds),
        onFailed: (error) => fail(attempt, engineProblem(error)),
      },
    );
    news.onSession(listening);
    dispatch({ type: 'opened', attempt });
    for (const samples of early) sender.send(samples);
    early = [];
  }

  function beginAnew(): void {
    if (state.get().phase !== 'asleep') void start();
  }

  async function start(): Promise<void> {
    closeSession();
    closeMicrophone();
    dispatch({ type: 'start' });
    const { attempt } = state.get();
    let opened: Microphone;
    try {
      opened = await openChosen(attempt);
    } catch (error) {
      fail(attempt, microphoneProblem(error));
      return;
    }
    if (!isCurrent(attempt)) {
      opened.close();
      return;
    }
    microphone = opened;
    lastDeviceId = opened.deviceId;
    await openSession(attempt, opened).catch((error: unknown) => fail(attempt, engineProblem(error)));
  }

  function stop(): void {
    closeSession();
    closeMicrophone();
    dispatch({ type: 'stop' });
  }

  engine.on('listen.silent', (event) => {
    if (event.session !== session) return;
    dispatch({ type: 'silence', attempt: state.get().attempt, source: 'engine', silent: event.silent });
  });

  engine.on('engine.restarted', () => {
    const { problem } = state.get();
    const awake = isAwake(state.get()) || problem?.kind === 'refused';
    news.onEngineRestarted(awake);
    // Without a microphone there is nothing to go on with.
    if (awake && problem?.kind !== 'missing' && problem?.kind !== 'lost') void start();
  });

  return {
    state,
    session: () => session,
    start,
    stop,
    toggle: () => {
      if (isAwake(state.get())) stop();
      else void start();
    },
    microphoneChosen: beginAnew,
    modelChanged: beginAnew,
    devicesChanged: (devices) => {
      const kind = state.get().problem?.kind;
      const isBack = kind === 'lost' && devices.some((device) => device.deviceId === lastDeviceId);
      if (isBack || (kind === 'missing' && hasMicrophone(devices))) void start();
    },
  };
}
