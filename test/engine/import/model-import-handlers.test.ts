import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { calls } from '../../../src/engine/contract/calls.ts';
import { writeExport } from '../../../src/model/export/write-export.ts';
import { writeModel } from '../../../src/model/onnx/write.ts';
import { fixture, THREE_LABELS } from '../../model/import/fixture.ts';
import { randomModel } from '../../model/random-model.ts';
import { noise, startEngine } from '../test-engine.ts';

const bytes = fixture('torch-mean-batch-first');

describe('importing a model from a window', () => {
  it('takes a network of PyTorch’s among the user’s models, where it can recognise', async () => {
    const { client, home } = await startEngine();
    const summary = await client.call('models.import', { name: 'door.onnx', bytes, labels: THREE_LABELS });
    expect(calls['models.import'].output.parse(summary)).toEqual(summary);
    expect(summary).toMatchObject({ id: 'door', labels: THREE_LABELS, scores: [] });
    expect((await readFile(join(home, 'models', 'door.onnx'))).length).toBe(summary.bytes);
    const { models } = await client.call('models.list', {});
    expect(models.map(({ id }) => id)).toEqual(['door', 'heed-en']);
    const sound = { samples: noise(16_000), sampleRateHz: 16_000 };
    const { scores } = await client.call('recognizeSound', { sound, modelId: 'door' });
    expect(Object.keys(scores)).toEqual(THREE_LABELS);
  });

  it('says how many labels a network needs that names none, and keeps nothing', async () => {
    const { client } = await startEngine();
    await expect(client.call('models.import', { name: 'door.onnx', bytes })).rejects.toMatchObject({
      code: 'labels-missing',
      message: expect.stringContaining('3 labels') as string,
    });
    expect((await client.call('models.list', {})).models).toHaveLength(1);
  });

  it('gives models of one name names of their own, even at the same time, and takes Heed’s own files without labels', async () => {
    const { client } = await startEngine();
    const own = writeModel(randomModel({ layerCount: 2 }));
    const summaries = await Promise.all(
      [1, 2, 3].map(() => client.call('models.import', { name: 'heed-en.onnx', bytes: own })),
    );
    expect(summaries.map(({ id }) => id)).toEqual(['heed-en 2', 'heed-en 3', 'heed-en 4']);
    expect(summaries[0]!.scores).toHaveLength(1);
  });

  it('keeps a file of Heed’s own to the byte, in eight bits too', async () => {
    const { client, home, root } = await startEngine();
    const model = randomModel();
    for (const [name, own] of [
      ['exact', writeModel(model)],
      ['light', writeExport(model, { form: 'clip', int8: true })],
    ] as const) {
      const { id, bytes: size } = await client.call('models.import', { name, bytes: own });
      expect(size).toBe(own.length);
      expect(new Uint8Array(await readFile(join(home, 'models', `${id}.onnx`)))).toEqual(own);
      const [file, out] = [join(root, `${name}.onnx`), join(root, `${name} copy.onnx`)];
      await writeFile(file, own);
      await client.call('import', { file, out });
      expect(new Uint8Array(await readFile(out))).toEqual(own);
    }
  });

  it('refuses what is no model, and the next import works', async () => {
    const { client } = await startEngine();
    const wrong = { name: 'words.onnx', bytes: new TextEncoder().encode('only words') };
    await expect(client.call('models.import', wrong)).rejects.toMatchObject({ code: 'model-format' });
    await expect(client.call('models.import', { name: 'a', bytes, labels: THREE_LABELS })).resolves.toMatchObject({
      id: 'a',
    });
  });
});

describe('importing a file', () => {
  it('writes it as a model and answers as inspect does', async () => {
    const { client, root } = await startEngine();
    const [file, out] = [join(root, 'network.onnx'), join(root, 'new', 'model.onnx')];
    await writeFile(file, bytes);
    const description = await client.call('import', { file, out, labels: THREE_LABELS, command: 'a test' });
    expect(await client.call('inspect', { file: out })).toEqual(description);
    expect(description.network).toMatchObject({ layerCount: 2, resetAfter: true, pooling: 'mean' });
  });

  it('takes from a recipe what is not named beside it', async () => {
    const { client, root } = await startEngine();
    const [file, out, recipe] = ['network.onnx', 'model.onnx', 'recipe.json'].map((name) => join(root, name)) as [
      string,
      string,
      string,
    ];
    await writeFile(file, bytes);
    const features = { hopLength: 320, melBands: 24, windowFrames: 50 };
    await writeFile(recipe, JSON.stringify({ labels: THREE_LABELS, features }));
    const description = await client.call('import', { file, out, recipe, features: { melBands: 30 } });
    expect(description.labels).toEqual(THREE_LABELS);
    expect(description.features).toMatchObject({ hopLength: 320, melBands: 30, windowFrames: 50 });
    await expect(client.call('import', { file, out, recipe: file })).rejects.toMatchObject({ code: 'usage' });
  });

  it('leaves what stood at the place of the model where the file cannot be taken', async () => {
    const { client, root, modelFile } = await startEngine();
    const file = join(root, 'relu.onnx');
    await writeFile(file, fixture('torch-refused-rnn-relu'));
    const before = await readFile(modelFile);
    await expect(client.call('import', { file, out: modelFile, labels: THREE_LABELS })).rejects.toMatchObject({
      code: 'model-unsupported',
    });
    expect(await readFile(modelFile)).toEqual(before);
  });
});
