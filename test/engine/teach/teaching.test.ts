import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { calls } from '../../../src/engine/contract/calls.ts';
import { createInProcessClient } from '../../../src/engine/in-process.ts';
import { createEngine } from '../../../src/engine/server.ts';
import { synthesise } from '../../sounds/synthesise.ts';
import { collect, noise, startEngine, type TestEngine } from '../test-engine.ts';
import { addTakes, afterPasses, LONG_LESSON, SMALL_LESSON, whenEnded } from './teach-sounds.ts';

/** Another start of Heed on the same data. */
function restart({ home, root }: TestEngine) {
  const engine = createEngine({ home, modelsFolder: join(root, 'shipped'), cacheFolder: join(root, 'cache') });
  return { engine, client: createInProcessClient(engine) };
}

async function withSounds(takes = 8): Promise<TestEngine> {
  const testEngine = await startEngine();
  for (const kind of ['chirp', 'pulses', 'hum'] as const) await addTakes(testEngine.client, kind, takes);
  return testEngine;
}

describe('a lesson', () => {
  it('ends in a model that waits, is compared on held-out takes, is put to use, and can be taken back', async () => {
    const { client, home } = await withSounds(10);
    const ended = whenEnded(client);
    const epochs = collect(client, 'teach.epoch');
    const progress = collect(client, 'teach.progress');
    const started = await client.call('teach.start', { settings: SMALL_LESSON });
    expect(calls['teach.start'].output.parse(started)).toEqual(started);
    expect(started).toMatchObject({ phase: 'learning', plan: { takeCount: 30, fromModelId: 'heed-en' } });

    const done = await ended;
    expect(calls['teach.status'].output.parse(done)).toEqual(done);
    expect(done).toMatchObject({
      phase: 'done',
      comparison: { clips: 6, oldRight: 0, improved: true },
      progress: null,
    });
    expect(done.comparison!.newRight).toBeGreaterThanOrEqual(5);
    expect(done.comparison!.words.map(({ label, clips, oldKnows }) => [label, clips, oldKnows])).toEqual([
      ['chirp', 2, false],
      ['hum', 2, false],
      ['pulses', 2, false],
    ]);
    expect(done.epochs.map(({ epoch }) => epoch)).toEqual(Array.from({ length: 20 }, (_, i) => i + 1));
    expect(done.epochs).toEqual(epochs);
    expect(Object.keys(epochs[0]!.heldOutPerWord)).toEqual(['chirp', 'hum', 'pulses', '_silence_']);
    expect(progress.at(-1)).toMatchObject({ done: progress.at(-1)!.total });
    expect((await client.call('models.list', {})).inUse).toBe('heed-en');

    const used = await client.call('teach.use', {});
    expect(used).toMatchObject({
      phase: 'none',
      plan: null,
      used: { modelId: 'my-words', previousModelId: 'heed-en' },
    });
    expect((await client.call('models.list', {})).inUse).toBe('my-words');
    const sound = { samples: synthesise('hum', 900), sampleRateHz: 16_000 };
    expect((await client.call('recognizeSound', { sound })).label).toBe('hum');
    expect((await readdir(join(home, 'teach'))).sort()).toEqual(['lesson.json', 'used.json']);

    expect(await client.call('teach.rollback', {})).toMatchObject({ used: null });
    expect((await client.call('models.list', {})).inUse).toBe('heed-en');
    await expect(client.call('teach.rollback', {})).rejects.toMatchObject({ code: 'usage' });
  });

  it('adapts the model that listens: it keeps its words and thresholds, and learns one more', async () => {
    const { client } = await startEngine();
    for (const kind of ['chirp', 'pulses'] as const) await addTakes(client, kind, 10);
    const first = whenEnded(client);
    await client.call('teach.start', { settings: SMALL_LESSON });
    await first;
    await client.call('teach.use', {});
    await client.call('listen.threshold', { modelId: 'my-words', label: 'chirp', threshold: 0.66 });

    await addTakes(client, 'hum', 15);
    const settings = { ...SMALL_LESSON, method: 'adapt' as const, passes: 3 };
    const second = whenEnded(client);
    expect(await client.call('teach.start', { settings })).toMatchObject({
      plan: { fromModelId: 'my-words', words: [{ isNew: false }, { label: 'hum', isNew: true }, { isNew: false }] },
    });
    const done = await second;
    expect(done).toMatchObject({ phase: 'done', failure: null, comparison: { improved: true, clips: 7 } });
    expect(done.comparison!.newRight).toBeGreaterThan(done.comparison!.oldRight);
    await client.call('teach.use', {});
    const { models, inUse } = await client.call('models.list', {});
    expect(inUse).toBe('my-words-2');
    expect(models.find(({ id }) => id === inUse)!.labels).toEqual(expect.arrayContaining(['chirp', 'hum', 'pulses']));
    expect((await client.call('settings.get', {})).thresholds).toMatchObject({ 'my-words-2': { chirp: 0.66 } });
  });

  it('goes on after a pause to the very same model as without one', async () => {
    const straight = await withSounds(5);
    const end = whenEnded(straight.client);
    await straight.client.call('teach.start', { settings: SMALL_LESSON });
    await end;

    const paused = await startEngine();
    // The same takes under the same names, so that the same ones are held out.
    const { cp } = await import('node:fs/promises');
    await cp(join(straight.home, 'words'), join(paused.home, 'words'), { recursive: true });
    const three = afterPasses(paused.client, 3);
    await paused.client.call('teach.start', { settings: SMALL_LESSON });
    await three;
    const status = await paused.client.call('teach.pause', {});
    expect(status).toMatchObject({ phase: 'paused', progress: null });
    expect(status.epochs.length).toBeGreaterThanOrEqual(3);
    expect(status.epochs.length).toBeLessThan(20);
    const again = whenEnded(paused.client);
    expect(await paused.client.call('teach.resume', {})).toMatchObject({ phase: 'learning' });
    expect((await again).epochs.length).toBe(20);
    const model = (engine: TestEngine) => readFile(join(engine.home, 'teach', 'candidate.onnx'));
    expect((await model(paused)).equals(await model(straight))).toBe(true);
  });

  it('that was interrupted by the program’s end is still there at the next start, and goes on', async () => {
    const first = await withSounds(4);
    const two = afterPasses(first.client, 2);
    await first.client.call('teach.start', { settings: LONG_LESSON });
    await two;
    await first.engine.close();
    const { engine, client } = restart(first);
    const before = await client.call('teach.status', {});
    expect(before.phase).toBe('interrupted');
    expect(before.epochs.length).toBeGreaterThanOrEqual(2);
    const next = afterPasses(client, 1);
    await client.call('teach.resume', {});
    await next;
    const after = await client.call('teach.pause', {});
    expect(after.epochs.length).toBeGreaterThan(before.epochs.length);
    expect(after.epochs.map(({ epoch }) => epoch)).toEqual(after.epochs.map((_, i) => i + 1));
    await engine.close();
  });

  it('that is cancelled leaves nothing behind, and the next one begins afresh', async () => {
    const { client, home } = await withSounds(4);
    const one = afterPasses(client, 1);
    await client.call('teach.start', { settings: LONG_LESSON });
    await one;
    await expect(client.call('teach.start', { settings: SMALL_LESSON })).rejects.toMatchObject({ code: 'usage' });
    expect(await client.call('teach.cancel', {})).toMatchObject({ phase: 'none', plan: null, epochs: [] });
    expect(await readdir(join(home, 'teach'))).toEqual(['lesson.json']);
    const ended = whenEnded(client);
    await client.call('teach.start', { settings: { ...SMALL_LESSON, passes: 2 } });
    expect((await ended).epochs.map(({ epoch }) => epoch)).toEqual([1, 2]);
    expect(await client.call('teach.discard', {})).toMatchObject({ phase: 'none', used: null });
  });

  it('lets live sound be answered while it learns', async () => {
    const { client } = await withSounds(4);
    const one = afterPasses(client, 1);
    await client.call('teach.start', { settings: LONG_LESSON });
    await one;
    const { session } = await client.call('listen.open', { sampleRateHz: 16_000 });
    const posteriors = collect(client, 'listen.posteriors');
    for (let i = 0; i < 10; i++) await client.call('listen.push', { session, samples: noise(1600) });
    expect(posteriors.length).toBeGreaterThan(8);
    expect((await client.call('teach.status', {})).phase).toBe('learning');
    await client.call('teach.cancel', {});
  });

  it('goes on with the takes it began with, whatever becomes of them', async () => {
    const { client } = await withSounds(4);
    const one = afterPasses(client, 1);
    await client.call('teach.start', { settings: LONG_LESSON });
    await one;
    await client.call('teach.pause', {});
    await client.call('words.delete', { label: 'hum' });
    const next = afterPasses(client, 1);
    await client.call('teach.resume', {});
    await next;
    expect((await client.call('teach.cancel', {})).phase).toBe('none');
  });

  it('does not begin with too few takes, and the plan says which words lack how many', async () => {
    const { client } = await startEngine();
    const settings = SMALL_LESSON;
    expect(await client.call('teach.plan', { settings })).toMatchObject({ problem: 'no-takes', words: [] });
    await addTakes(client, 'hum', 1);
    expect(await client.call('teach.plan', { settings })).toMatchObject({
      problem: 'too-few-takes',
      waiting: [{ label: 'hum', takes: 1, missing: 2 }],
    });
    await expect(client.call('teach.start', { settings })).rejects.toMatchObject({ code: 'dataset' });
    const [first] = await addTakes(client, 'chirp', 3);
    expect(await client.call('teach.plan', { settings })).toMatchObject({
      problem: 'one-word',
      words: [{ label: 'chirp', takes: 3, heldOut: 1, missing: 0, isNew: true }],
    });
    await client.call('takes.leaveOut', { ids: [first!], leftOut: true });
    expect(await client.call('teach.plan', { settings })).toMatchObject({ problem: 'too-few-takes' });
  });

  it('names the words that a model without a memory of its training may know less well afterwards', async () => {
    const { client } = await startEngine();
    await addTakes(client, 'hum', 3);
    const plan = async (method: 'adapt' | 'scratch') =>
      (await client.call('teach.plan', { settings: { ...SMALL_LESSON, method } })).atRisk;
    expect(await plan('adapt')).toEqual(['yes', 'nö', '<&"\\']);
    expect(await plan('scratch')).toEqual([]);
  });

  it('says there is nothing to pause, go on with, use or take back where there is not', async () => {
    const { client } = await startEngine();
    for (const name of ['teach.pause', 'teach.resume', 'teach.use', 'teach.discard', 'teach.rollback'] as const)
      await expect(client.call(name, {})).rejects.toMatchObject({ code: 'usage' });
    expect((await client.call('teach.cancel', {})).phase).toBe('none');
  });
});
