import { describe, expect, it } from 'vitest';
import { createStudio } from '../../../renderer/studio/studio.ts';
import { HeedError } from '../../../src/errors.ts';
import { createFakeEngine, listening, type FakeEngine } from '../fake-engine.ts';
import { createFakeMicrophones } from '../fake-microphone.ts';

const settled = () => new Promise((resolve) => setTimeout(resolve, 0));

function setUp() {
  const engine = createFakeEngine();
  const microphones = createFakeMicrophones();
  return { engine, microphones, studio: createStudio(engine, microphones.open) };
}

function detect(engine: FakeEngine, id: string, session = 'session-1'): void {
  engine.emit('listen.detection', { session, id, timeMs: 1000, at: 1_000_000, label: 'left', score: 0.9 });
}

describe('the studio', () => {
  it('knows the words and their thresholds before it listens', async () => {
    const { studio } = setUp();
    await settled();
    expect(studio.vocabulary.get()).toMatchObject({
      labels: ['yes', 'no', 'left', '_silence_', '_unknown_'],
      thresholds: [0.8, 0.8, 0.7, 2, 2],
    });
  });

  it('keeps a threshold that is set while it sleeps', async () => {
    const { engine, studio } = setUp();
    await settled();
    studio.setThreshold('left', 0.5, true);
    expect(studio.vocabulary.get()!.thresholds[2]).toBe(0.5);
    expect(engine.inputsOf('listen.threshold')).toEqual([{ modelId: 'heed-en', label: 'left', threshold: 0.5 }]);
  });

  it('takes up a new threshold for all words, and listens with it at once', async () => {
    const { engine, studio } = setUp();
    await studio.listener.start();
    engine.handle({
      'models.list': () => ({
        models: [
          { id: 'heed-en', name: 'heed-en', labels: [], bytes: 1, thresholds: [0.6, 0.6, 0.6, 2, 2], scores: [] },
        ],
        inUse: 'heed-en',
      }),
    });
    const sessions = engine.inputsOf('listen.open').length;
    studio.changeSettings({ defaultThreshold: 0.6 });
    await settled();
    await settled();
    expect(engine.inputsOf('listen.open').length).toBe(sessions + 1);
  });

  it('listens again once a model is chosen where none could be used', async () => {
    const { engine, studio } = setUp();
    engine.handle({
      'listen.open': () => {
        throw new HeedError('model-missing', 'The model that was in use is gone.');
      },
    });
    await settled();
    await studio.listener.start();
    expect(studio.listener.state.get().problem?.kind).toBe('model');
    engine.handle({ 'listen.open': () => listening('session-2') });
    await studio.useModel('heed-en');
    await settled();
    expect(studio.listener.state.get().phase).toBe('listening');
  });

  it('shows what its session heard, newest first, and nothing of another session', async () => {
    const { engine, studio } = setUp();
    await studio.listener.start();
    detect(engine, 'a');
    detect(engine, 'b');
    detect(engine, 'c', 'another');
    expect(studio.history.get().map((each) => each.id)).toEqual(['b', 'a']);
    expect(studio.heard.get()?.id).toBe('b');
  });

  it('keeps the history while it sleeps, and no more of it than has a sound', async () => {
    const { engine, studio } = setUp();
    await studio.listener.start();
    for (let i = 0; i < 120; i++) detect(engine, String(i));
    studio.listener.stop();
    expect(studio.history.get().length).toBe(100);
    expect(studio.history.get()[0]!.id).toBe('119');
  });

  it('begins a new session without the word of the last one', async () => {
    const { engine, studio } = setUp();
    await studio.listener.start();
    detect(engine, 'a');
    studio.listener.stop();
    await studio.listener.start();
    expect(studio.heard.get()).toBeUndefined();
  });

  it('shows a threshold while it moves, and sends it only once it stands', async () => {
    const { engine, studio } = setUp();
    await studio.listener.start();
    studio.setThreshold('left', 0.5, false);
    expect(studio.vocabulary.get()!.thresholds).toEqual([0.8, 0.8, 0.5, 2, 2]);
    expect(engine.inputsOf('listen.threshold')).toEqual([]);
    studio.setThreshold('left', 0.55, true);
    expect(engine.inputsOf('listen.threshold')).toEqual([{ modelId: 'heed-en', label: 'left', threshold: 0.55 }]);
  });

  it('opens the microphone that was chosen while it listens, and keeps the choice', async () => {
    const { engine, microphones, studio } = setUp();
    await studio.listener.start();
    studio.changeSettings({ microphoneId: 'usb' });
    await settled();
    expect(microphones.newest().deviceId).toBe('usb');
    expect(engine.inputsOf('settings.set')).toEqual([{ microphoneId: 'usb' }]);
  });

  it('does not take a list of devices that is merely read again for a device that came', async () => {
    const { microphones, studio } = setUp();
    microphones.failures.push(new DOMException('none', 'NotFoundError'));
    await studio.listener.start();
    const devices = [{ kind: 'audioinput' as const, deviceId: 'usb', label: '' }];
    studio.devicesListed(devices, false);
    await settled();
    expect(studio.listener.state.get().problem?.kind).toBe('missing');
    studio.devicesListed(devices, true);
    await settled();
    expect(studio.listener.state.get().phase).toBe('listening');
  });

  it('says in one message that the engine was started again', async () => {
    const { engine, studio } = setUp();
    await studio.listener.start();
    engine.emit('engine.restarted', { reason: 'gone' });
    engine.emit('engine.restarted', { reason: 'gone' });
    await settled();
    expect(studio.notices.list.get().map((notice) => notice.text)).toEqual([
      expect.stringMatching(/Listening goes on/),
    ]);
  });

  it('passes on the engine’s sentence where something fails, and goes on', async () => {
    const { engine, studio } = setUp();
    engine.handle({
      'detections.sound': () => {
        throw new HeedError('usage', 'That sound is no longer kept.');
      },
    });
    await studio.togglePlay('a');
    expect(studio.notices.list.get().map((notice) => notice.text)).toEqual(['That sound is no longer kept.']);
    studio.notices.dismiss('error');
    expect(studio.notices.list.get()).toEqual([]);
  });
});
