import { describe, expect, it } from 'vitest';
import { createListener } from '../../../renderer/capture/listener.ts';
import { HeedError } from '../../../src/errors.ts';
import { createFakeEngine } from '../fake-engine.ts';
import { createFakeMicrophones } from '../fake-microphone.ts';

const CHUNK = Float32Array.of(0.1, 0.2);

function setUp(microphoneId = '') {
  const engine = createFakeEngine();
  const microphones = createFakeMicrophones();
  const fellBackTo: string[] = [];
  const restarts: boolean[] = [];
  const chosen = { microphoneId };
  const listener = createListener(engine, microphones.open, () => chosen.microphoneId, {
    onFellBack: (name) => void fellBackTo.push(name),
    onDropped: () => undefined,
    onEngineRestarted: (awake) => void restarts.push(awake),
    onSession: () => undefined,
  });
  return { engine, microphones, fellBackTo, restarts, chosen, listener };
}

/** Lets every promise that can settle do so. */
const settled = () => new Promise((resolve) => setTimeout(resolve, 0));

describe('microphone and engine together', () => {
  it('opens a session at the microphone’s own rate and carries its sound there', async () => {
    const { engine, microphones, listener } = setUp();
    await listener.start();
    expect(listener.state.get().phase).toBe('listening');
    expect(engine.inputsOf('listen.open')).toEqual([{ sampleRateHz: 44_100 }]);
    microphones.newest().listener.onChunk(CHUNK);
    expect(engine.inputsOf('listen.push')).toEqual([{ session: 'session-1', samples: CHUNK }]);
  });

  it('keeps what is said before the session is open, and sends it first', async () => {
    const { engine, microphones, listener } = setUp();
    const started = listener.start();
    while (engine.inputsOf('listen.open').length === 0) await Promise.resolve();
    const early = Float32Array.of(0.3);
    microphones.newest().listener.onChunk(early);
    await started;
    microphones.newest().listener.onChunk(CHUNK);
    expect(engine.inputsOf('listen.push').map(({ samples }) => samples)).toEqual([early, CHUNK]);
  });

  it('lets go of microphone and session when it is stopped', async () => {
    const { engine, microphones, listener } = setUp();
    await listener.start();
    listener.stop();
    expect(microphones.newest().closed).toBe(true);
    expect(engine.inputsOf('listen.close')).toEqual([{ session: 'session-1' }]);
    microphones.newest().listener.onChunk(CHUNK);
    expect(engine.inputsOf('listen.push')).toEqual([]);
  });

  it('lets go of a microphone, and of a session, that opened only after it was stopped', async () => {
    const { engine, microphones, listener } = setUp();
    const early = listener.start();
    listener.stop();
    await early;
    expect(microphones.newest().closed).toBe(true);
    expect(engine.inputsOf('listen.open')).toEqual([]);

    const late = listener.start();
    await Promise.resolve();
    while (engine.inputsOf('listen.open').length === 0) await Promise.resolve();
    listener.stop();
    await late;
    expect(engine.inputsOf('listen.close')).toEqual([{ session: 'session-1' }]);
    expect(listener.state.get().phase).toBe('asleep');
  });

  it('says why the microphone did not open', async () => {
    const { microphones, listener } = setUp();
    microphones.failures.push(new DOMException('no', 'NotAllowedError'));
    await listener.start();
    expect(listener.state.get().problem).toEqual({ kind: 'denied' });
  });

  it('takes another microphone where the chosen one is not there, and says so', async () => {
    const { microphones, fellBackTo, listener } = setUp('usb');
    microphones.failures.push(new DOMException('no', 'OverconstrainedError'));
    await listener.start();
    expect(listener.state.get().phase).toBe('listening');
    expect(fellBackTo).toEqual(['Built-in']);
  });

  it('goes on when the microphone that went away comes back, and not for any other', async () => {
    const { microphones, listener } = setUp('usb');
    await listener.start();
    microphones.newest().listener.onEnded();
    expect(listener.state.get().problem).toEqual({ kind: 'lost' });
    expect(microphones.newest().closed).toBe(true);
    listener.devicesChanged([{ kind: 'audioinput', deviceId: 'other', label: '' }]);
    expect(listener.state.get().problem).toEqual({ kind: 'lost' });
    listener.devicesChanged([{ kind: 'audioinput', deviceId: 'usb', label: '' }]);
    await settled();
    expect(listener.state.get().phase).toBe('listening');
  });

  it('does not go on by itself once the user stopped it', async () => {
    const { microphones, listener } = setUp('usb');
    await listener.start();
    microphones.newest().listener.onEnded();
    listener.toggle();
    listener.devicesChanged([{ kind: 'audioinput', deviceId: 'usb', label: '' }]);
    await settled();
    expect(listener.state.get().phase).toBe('asleep');
  });

  it('changes to another microphone while it listens', async () => {
    const { microphones, chosen, listener } = setUp();
    await listener.start();
    chosen.microphoneId = 'usb';
    listener.microphoneChosen();
    await settled();
    expect(microphones.opened.map(({ deviceId, closed }) => [deviceId, closed])).toEqual([
      ['', true],
      ['usb', false],
    ]);
    expect(listener.session()).toBe('session-2');
  });

  it('stays asleep when another microphone is chosen while it sleeps', async () => {
    const { microphones, listener } = setUp();
    listener.microphoneChosen();
    await settled();
    expect(microphones.opened).toEqual([]);
  });

  it('goes on with a new session after the engine was lost and started again, with one message', async () => {
    const { engine, microphones, restarts, listener } = setUp();
    await listener.start();
    engine.handle({
      'listen.push': () => {
        throw new HeedError('engine-lost', 'gone');
      },
    });
    microphones.newest().listener.onChunk(CHUNK);
    await settled();
    expect(listener.state.get().problem).toEqual({ kind: 'engine-lost' });
    engine.emit('engine.restarted', { reason: 'It was gone.' });
    await settled();
    expect(listener.state.get().phase).toBe('listening');
    expect(listener.session()).toBe('session-2');
    expect(restarts).toEqual([true]);
  });

  it('goes on also where the new engine refuses the old session before the restart is told', async () => {
    const { engine, microphones, listener } = setUp();
    await listener.start();
    engine.handle({
      'listen.push': ({ session }) => {
        if (session === 'session-1') throw new HeedError('usage', 'There is no such session.');
        return { timeMs: 0 };
      },
    });
    microphones.newest().listener.onChunk(CHUNK);
    await settled();
    engine.emit('engine.restarted', { reason: 'It was gone.' });
    await settled();
    expect(listener.state.get().phase).toBe('listening');
  });

  it('stays asleep when the engine restarts while it sleeps', async () => {
    const { engine, microphones, restarts, listener } = setUp();
    engine.emit('engine.restarted', { reason: 'It was gone.' });
    await settled();
    expect(listener.state.get().phase).toBe('asleep');
    expect(microphones.opened).toEqual([]);
    expect(restarts).toEqual([false]);
  });

  it('keeps the engine’s sentence where the engine cannot listen', async () => {
    const { engine, microphones, listener } = setUp();
    engine.handle({
      'listen.open': () => {
        throw new HeedError('model-missing', 'There is no model to listen with.');
      },
    });
    await listener.start();
    expect(listener.state.get().problem).toEqual({ kind: 'model', detail: 'There is no model to listen with.' });
    expect(microphones.newest().closed).toBe(true);
  });

  it('takes word of silence from its own session only', async () => {
    const { engine, listener } = setUp();
    await listener.start();
    engine.emit('listen.silent', { session: 'another', silent: true });
    expect(listener.state.get().phase).toBe('listening');
    engine.emit('listen.silent', { session: 'session-1', silent: true });
    expect(listener.state.get().problem).toEqual({ kind: 'silent' });
  });
});
