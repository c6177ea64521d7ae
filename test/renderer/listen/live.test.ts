import { describe, expect, it } from 'vitest';
import { createLiveSound, NO_LEVEL_DB } from '../../../renderer/listen/live.ts';
import { createFakeEngine } from '../fake-engine.ts';

function setUp() {
  const engine = createFakeEngine();
  const live = createLiveSound(engine);
  live.beginSession('mine', 2, 10);
  return { engine, live };
}

describe('what is drawn live', () => {
  it('follows its own session and no other', () => {
    const { engine, live } = setUp();
    const logMel = new Float32Array(4);
    engine.emit('listen.frames', { session: 'other', timeMs: 20, bands: 2, logMel });
    engine.emit('listen.level', { session: 'other', rmsDb: -3, peakDb: 0 });
    engine.emit('listen.posteriors', { session: 'other', timeMs: 20, posteriors: [1], smoothed: [1] });
    expect([live.current.picture!.columns(), live.current.rmsDb, live.current.posteriors]).toEqual([
      0,
      NO_LEVEL_DB,
      [],
    ]);
    engine.emit('listen.frames', { session: 'mine', timeMs: 20, bands: 2, logMel });
    engine.emit('listen.level', { session: 'mine', rmsDb: -3, peakDb: 0 });
    engine.emit('listen.posteriors', { session: 'mine', timeMs: 20, posteriors: [0.9], smoothed: [0.5] });
    expect([live.current.picture!.columns(), live.current.rmsDb, live.current.posteriors]).toEqual([2, -3, [0.5]]);
  });

  it('lets the peak fall slowly behind the sound', () => {
    const { engine, live } = setUp();
    engine.emit('listen.level', { session: 'mine', rmsDb: -20, peakDb: -6 });
    engine.emit('listen.level', { session: 'mine', rmsDb: -60, peakDb: -50 });
    expect(live.current.peakDb).toBeGreaterThan(-8);
    expect(live.current.peakDb).toBeLessThan(-6);
  });

  it('drops bars and level at the end, and keeps the picture for the next session of the same shape', () => {
    const { engine, live } = setUp();
    engine.emit('listen.frames', { session: 'mine', timeMs: 20, bands: 2, logMel: new Float32Array(4) });
    engine.emit('listen.posteriors', { session: 'mine', timeMs: 20, posteriors: [1], smoothed: [1] });
    const { picture } = live.current;
    live.endSession();
    expect(live.current.posteriors).toEqual([]);
    live.beginSession('next', 2, 10);
    expect(live.current.picture).toBe(picture);
    live.beginSession('other model', 3, 10);
    expect(live.current.picture!.height).toBe(3);
  });

  it('tells with each change that there is something to draw, as long as anybody listens', () => {
    const { engine, live } = setUp();
    let changes = 0;
    const unsubscribe = live.subscribe(() => changes++);
    engine.emit('listen.level', { session: 'mine', rmsDb: -20, peakDb: -6 });
    engine.emit('listen.frames', { session: 'mine', timeMs: 20, bands: 2, logMel: new Float32Array(4) });
    expect(changes).toBe(2);
    engine.emit('listen.level', { session: 'other', rmsDb: -20, peakDb: -6 });
    expect(changes).toBe(2);
    unsubscribe();
    live.endSession();
    expect(changes).toBe(2);
  });
});
