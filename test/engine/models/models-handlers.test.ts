import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createInProcessClient } from '../../../src/engine/in-process.ts';
import { createEngine } from '../../../src/engine/server.ts';
import { saveModel } from '../../../src/model/model-file.ts';
import { randomModel } from '../../model/random-model.ts';
import { synthesise } from '../../sounds/synthesise.ts';
import { collect, startEngine, type TestEngine } from '../test-engine.ts';

/** An engine with the shipped model `heed-en` and a copy of it, `mine`. */
async function startWithOwn(): Promise<TestEngine> {
  const started = await startEngine();
  await started.client.call('models.duplicate', { modelId: 'heed-en' });
  await started.client.call('models.rename', { modelId: 'heed-en copy', name: 'mine' });
  return started;
}

const idsOf = async ({ client }: TestEngine): Promise<string[]> =>
  (await client.call('models.installed', {})).models.map(({ id }) => id);

describe('the models’ calls', () => {
  it('tell which models came with Heed, and which are the user’s', async () => {
    const { client } = await startWithOwn();
    const { models, inUse } = await client.call('models.installed', {});
    expect(models.map(({ id, shipped }) => [id, shipped])).toEqual([
      ['heed-en', true],
      ['mine', false],
    ]);
    expect(inUse).toBe('heed-en');
    const card = await client.call('models.card', { modelId: 'mine' });
    expect(card).toMatchObject({ id: 'mine', shipped: false, labels: models[1]!.labels });
  });

  it('name the files among the models that are none, and why', async () => {
    const { client, home } = await startWithOwn();
    expect((await client.call('models.installed', {})).unusable).toEqual([]);
    const whole = await readFile(join(home, 'models', 'mine.onnx'));
    await writeFile(join(home, 'models', 'torn.onnx'), whole.subarray(0, whole.length / 2));
    const { models, unusable } = await client.call('models.installed', {});
    expect(models.map(({ id }) => id)).toEqual(['heed-en', 'mine']);
    expect(unusable).toEqual([{ file: 'torn.onnx', reason: expect.stringContaining('torn.onnx') as unknown }]);
  });

  it('leave the models that came with Heed as they are', async () => {
    const { client } = await startEngine();
    const refused = { code: 'usage', message: expect.stringContaining('comes with Heed') as string };
    await expect(client.call('models.rename', { modelId: 'heed-en', name: 'a' })).rejects.toMatchObject(refused);
    const { modelId } = await client.call('models.duplicate', { modelId: 'heed-en' });
    await client.call('settings.set', { modelId });
    await expect(client.call('models.delete', { modelId: 'heed-en' })).rejects.toMatchObject(refused);
  });

  it('rename a model with what was set for it, and take it back', async () => {
    const engine = await startWithOwn();
    const { client } = engine;
    const label = (await client.call('models.card', { modelId: 'mine' })).labels[0]!;
    await client.call('settings.set', { modelId: 'mine' });
    await client.call('listen.threshold', { modelId: 'mine', label, threshold: 0.6 });
    const heard = collect(client, 'models.changed');
    expect(await client.call('models.rename', { modelId: 'mine', name: '  kitchen ' })).toEqual({ modelId: 'kitchen' });
    expect(heard).toHaveLength(1);
    expect(await client.call('settings.get', {})).toMatchObject({
      modelId: 'kitchen',
      thresholds: { kitchen: { [label]: 0.6 } },
    });
    const { undone } = await client.call('undo', {});
    expect(undone).toMatchObject({ kind: 'rename-model', label: 'mine', to: 'kitchen' });
    expect(await idsOf(engine)).toEqual(['heed-en', 'mine']);
    expect(await client.call('settings.get', {})).toMatchObject({
      modelId: 'mine',
      thresholds: { mine: { [label]: 0.6 } },
    });
  });

  it.each(['', '.hidden', 'a/b', '../up', 'x'.repeat(65), 'HEED-EN', 'a\u0000b'])(
    'refuse %j as a model’s name, and change nothing',
    async (name) => {
      const engine = await startWithOwn();
      await expect(engine.client.call('models.rename', { modelId: 'mine', name })).rejects.toMatchObject({
        code: 'usage',
      });
      expect(await idsOf(engine)).toEqual(['heed-en', 'mine']);
    },
  );

  it('delete a model into the trash, from which undo brings it back after a restart', async () => {
    const engine = await startWithOwn();
    await engine.client.call('models.delete', { modelId: 'mine' });
    expect(await idsOf(engine)).toEqual(['heed-en']);
    await engine.engine.close();
    const again = createEngine({ home: engine.home, modelsFolder: join(engine.root, 'shipped') });
    await createInProcessClient(again).call('undo', {});
    await again.close();
    expect(await readdir(join(engine.home, 'models'))).toEqual(['mine.onnx']);
  });

  it('do not delete the model that listens', async () => {
    const { client } = await startWithOwn();
    await client.call('settings.set', { modelId: 'mine' });
    await expect(client.call('models.delete', { modelId: 'mine' })).rejects.toThrow(/in use/);
  });

  it('give the place of a copy that is taken back while it listens to its original', async () => {
    const { client } = await startEngine();
    const { modelId } = await client.call('models.duplicate', { modelId: 'heed-en' });
    await client.call('settings.set', { modelId });
    await client.call('undo', {});
    expect((await client.call('models.installed', {})).inUse).toBe('heed-en');
  });

  it('compare two models on the takes that count, word by word', async () => {
    const { client, home } = await startEngine();
    const known = (await client.call('models.card', { modelId: 'heed-en' })).labels[0]!;
    const sound = (seed: number) => ({ samples: synthesise('hum', seed), sampleRateHz: 16_000 });
    for (const label of [known, known, 'zebra']) await client.call('takes.add', { label, sound: sound(1) });
    const { id } = await client.call('takes.add', { label: known, sound: sound(2) });
    await client.call('takes.leaveOut', { ids: [id], leftOut: true });
    await client.call('takes.add', { label: '_background_noise_', sound: sound(3) });
    await saveModel(join(home, 'models', 'other.onnx'), randomModel());
    const progress = collect(client, 'progress');
    const result = await client.call('models.compare', { modelIds: ['heed-en', 'other'] });
    expect(result.takeCount).toBe(3);
    expect(result.words.map(({ label, takeCount, known: knows }) => [label, takeCount, knows])).toEqual([
      [known, 2, [true, true]],
      ['zebra', 1, [false, false]],
    ]);
    const { label } = await client.call('recognizeSound', { sound: sound(1), modelId: 'heed-en' });
    expect(result.words[0]!.right[0]).toBe(label === known ? 2 : 0);
    expect(result.right[0]).toBe(result.words[0]!.right[0]);
    expect(progress.at(-1)).toMatchObject({ work: 'compare', done: 3, total: 3 });
  });

  it('say that there are no takes to compare on', async () => {
    const { client } = await startEngine();
    await expect(client.call('models.compare', { modelIds: ['heed-en', 'heed-en'] })).rejects.toMatchObject({
      code: 'dataset',
    });
  });
});
