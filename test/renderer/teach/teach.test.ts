import { describe, expect, it } from 'vitest';
import { createTeach } from '../../../renderer/teach/teach.ts';
import type { TeachStatus } from '../../../src/engine/contract/teach-schemas.ts';
import { HeedError } from '../../../src/errors.ts';
import { createFakeEngine } from '../fake-engine.ts';
import { epoch, IDLE, LEARNING, PLAN } from './teach-status.ts';

function setUp() {
  const engine = createFakeEngine();
  let modelChanges = 0;
  let status: TeachStatus = IDLE;
  engine.handle({
    'teach.plan': ({ settings }) => ({ ...PLAN, settings: { ...PLAN.settings, ...settings } }),
    'teach.status': () => status,
    'teach.start': () => (status = { ...LEARNING, epochs: [] }),
    'teach.use': () => (status = IDLE),
  });
  const teach = createTeach(engine, () => modelChanges++);
  return { engine, teach, modelChanges: () => modelChanges };
}

describe('following a lesson', () => {
  it('takes in each pass once, also one that is learned again after an interruption', async () => {
    const { engine, teach } = setUp();
    await teach.start();
    for (const number of [1, 2, 3, 2]) engine.emit('teach.epoch', epoch(number, 10));
    expect(teach.status.get()!.epochs.map((each) => each.epoch)).toEqual([1, 2]);
  });

  it('shows how the lesson ended, whoever ended it', async () => {
    const { engine, teach } = setUp();
    await teach.start();
    engine.emit('teach.done', { ...LEARNING, phase: 'failed', failure: 'The disk is full.' });
    expect(teach.status.get()).toMatchObject({ phase: 'failed', failure: 'The disk is full.' });
  });

  it('plans anew when takes change, with the settings chosen', async () => {
    const { engine, teach } = setUp();
    await teach.refresh();
    teach.changeSettings({ heldOutShare: 0.3 });
    engine.emit('words.changed', {});
    await new Promise((resolve) => setTimeout(resolve, 0));
    const asked = engine.inputsOf('teach.plan').map(({ settings }) => settings.heldOutShare);
    expect(asked).toEqual([0.2, 0.3, 0.3]);
    expect(teach.plan.get()!.settings.heldOutShare).toBe(0.3);
  });

  it('asks nothing twice while an answer is awaited', async () => {
    const { engine, teach } = setUp();
    await Promise.all([teach.start(), teach.start()]);
    expect(engine.inputsOf('teach.start').length).toBe(1);
    expect(teach.busy.get()).toBe(false);
  });

  it('says that another model listens once the new one is used', async () => {
    const { teach, modelChanges } = setUp();
    await teach.use();
    expect(modelChanges()).toBe(1);
  });

  it('keeps what the engine refuses, until it is asked again', async () => {
    const { engine, teach } = setUp();
    engine.handle({
      'teach.start': () => {
        throw new HeedError('dataset', 'Too few takes.');
      },
    });
    await teach.start();
    expect(teach.problem.get()).toEqual(new HeedError('dataset', 'Too few takes.'));
    expect(teach.busy.get()).toBe(false);
    await teach.refresh();
    expect(teach.problem.get()).toBeUndefined();
  });
});
