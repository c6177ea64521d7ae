import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createRecorder, PAUSE_MS, type RecordMode } from '../../../renderer/words/recorder.ts';
import type { Take } from '../../../src/engine/contract/words-schemas.ts';
import { createFakeEngine } from '../fake-engine.ts';
import { createFakeMicrophones } from '../fake-microphone.ts';

const take = (id: string): Take => ({
  ...{ id, label: 'lamp', recordedAt: 0, source: 'recorded', durationMs: 1000, badges: [], leftOut: false },
});

async function setUp() {
  const engine = createFakeEngine();
  const microphones = createFakeMicrophones();
  let ended: Take | null = null;
  let phase: 'waiting' | 'speaking' | 'idle' = 'waiting';
  engine.handle({
    'record.open': () => ({ session: 'one' }),
    'record.arm': () => ({}),
    'record.close': () => ({}),
    'record.finish': () => ({ take: take('held') }),
    'takes.delete': () => ({}),
    'record.push': () => {
      const answer = { phase, levelDb: -30, elapsedMs: 100, take: ended };
      ended = null;
      return answer;
    },
  });
  const active: boolean[] = [];
  const recorder = createRecorder(engine, microphones.open, {
    microphoneId: () => '',
    onActive: (is) => active.push(is),
  });
  const hear = async (now: typeof phase, newTake: Take | null = null): Promise<void> => {
    [phase, ended] = [now, newTake];
    microphones.newest().listener.onChunk(new Float32Array(1024));
    await vi.advanceTimersByTimeAsync(0);
  };
  const start = async (mode: RecordMode): Promise<void> => {
    await recorder.start('lamp', mode);
    await vi.advanceTimersByTimeAsync(0);
  };
  const now = (): string => recorder.state.get().phase;
  return { engine, microphones, recorder, active, hear, start, phase: now };
}

describe('Recorder', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it('arms the next take by itself, a moment after the last one ended', async () => {
    const { engine, hear, start, phase, recorder } = await setUp();
    await start('automatic');
    expect(phase()).toBe('waiting');
    await hear('speaking');
    expect(phase()).toBe('speaking');
    await hear('idle', take('a'));
    expect(phase()).toBe('pausing');
    expect(recorder.state.get().newest?.id).toBe('a');
    await vi.advanceTimersByTimeAsync(PAUSE_MS - 1);
    expect(engine.inputsOf('record.arm')).toHaveLength(1);
    await vi.advanceTimersByTimeAsync(1);
    expect(engine.inputsOf('record.arm')).toHaveLength(2);
    expect(phase()).toBe('waiting');
  });

  it('counts down before each take where that was chosen', async () => {
    const { engine, start, phase, recorder } = await setUp();
    await start('countdown');
    expect([phase(), recorder.state.get().count]).toEqual(['counting', 3]);
    await vi.advanceTimersByTimeAsync(2000);
    expect(recorder.state.get().count).toBe(1);
    expect(engine.inputsOf('record.arm')).toHaveLength(0);
    await vi.advanceTimersByTimeAsync(1000);
    expect(phase()).toBe('waiting');
  });

  it('records while the key is held', async () => {
    const { engine, start, phase, recorder } = await setUp();
    await start('held');
    expect(phase()).toBe('ready');
    recorder.hold();
    await vi.advanceTimersByTimeAsync(0);
    expect(phase()).toBe('speaking');
    expect(engine.inputsOf('record.arm')).toEqual([{ session: 'one', label: 'lamp', end: { by: 'caller' } }]);
    recorder.release();
    await vi.advanceTimersByTimeAsync(PAUSE_MS);
    expect(recorder.state.get().newest?.id).toBe('held');
    expect(phase()).toBe('ready');
  });

  it('records from the first press, though the microphone opens only then', async () => {
    const { engine, start, phase, recorder } = await setUp();
    const started = start('held');
    recorder.hold();
    await started;
    expect(phase()).toBe('speaking');
    expect(engine.inputsOf('record.arm')).toEqual([{ session: 'one', label: 'lamp', end: { by: 'caller' } }]);
    recorder.release();
    await vi.advanceTimersByTimeAsync(0);
    expect(recorder.state.get().newest?.id).toBe('held');
  });

  it('ends a take whose key went up before the engine was ready to hear it', async () => {
    const { engine, start, phase, recorder } = await setUp();
    let answer = (): void => undefined;
    engine.handle({ 'record.arm': () => new Promise((resolve) => (answer = () => resolve({}))) });
    await start('held');
    recorder.hold();
    recorder.release();
    await vi.advanceTimersByTimeAsync(0);
    expect(engine.inputsOf('record.finish')).toEqual([]);
    answer();
    await vi.advanceTimersByTimeAsync(0);
    expect(engine.inputsOf('record.finish')).toEqual([{ session: 'one', keep: true }]);
    await vi.advanceTimersByTimeAsync(PAUSE_MS);
    expect(phase()).toBe('ready');
  });

  it('takes a take again: the old one goes to the trash, and the next arms itself at once', async () => {
    const { engine, hear, start, phase, recorder } = await setUp();
    await start('automatic');
    await hear('idle', take('a'));
    await recorder.retake();
    await vi.advanceTimersByTimeAsync(0);
    expect(engine.inputsOf('takes.delete')).toEqual([{ ids: ['a'] }]);
    expect(phase()).toBe('waiting');
    await vi.advanceTimersByTimeAsync(PAUSE_MS);
    expect(engine.inputsOf('record.arm')).toHaveLength(2);
  });

  it('closes microphone and session when it stops, and lets others listen again', async () => {
    const { engine, microphones, start, recorder, active } = await setUp();
    await start('automatic');
    recorder.stop();
    expect(microphones.newest().closed).toBe(true);
    expect(engine.inputsOf('record.close')).toEqual([{ session: 'one' }]);
    expect(active).toEqual([true, false]);
  });

  it('says what to do where the microphone is refused, goes away, or the engine cannot keep a take', async () => {
    const { engine, microphones, start, recorder, hear, active } = await setUp();
    microphones.failures.push(new DOMException('no', 'NotAllowedError'));
    await start('automatic');
    expect(recorder.state.get()).toMatchObject({
      phase: 'problem',
      problem: expect.stringContaining('Allow') as string,
    });

    await start('automatic');
    microphones.newest().listener.onEnded();
    expect(recorder.state.get().problem).toContain('went away');

    await start('automatic');
    engine.handle({ 'record.push': () => Promise.reject(new Error('The disk is full.')) });
    await hear('waiting');
    expect(recorder.state.get()).toMatchObject({ phase: 'problem', problem: 'The disk is full.' });
    expect(active).toEqual([true, false, true, false, true, false]);
  });
});
