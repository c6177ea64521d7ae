import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { calls } from '../../src/engine/contract/calls.ts';
import { synthesise, type SoundKind } from '../sounds/synthesise.ts';
import { addCorpus, KINDS } from '../training/sound-folders.ts';
import { collect, noise, startEngine, type TestEngine } from './test-engine.ts';

function trainInput({ root }: TestEngine, epochs: number) {
  return {
    folders: [join(root, 'train')],
    validation: join(root, 'validation'),
    out: join(root, 'trained.onnx'),
    ...{ hidden: 16, epochs, batch: 16, seed: 3 },
  };
}

describe('training through the engine', () => {
  it('makes a model that recognises, measures and hears its words in a stream', async () => {
    const testEngine = await startEngine();
    const { client, root } = testEngine;
    await addCorpus(root, 24, 8);
    const epochs = collect(client, 'train.epoch');
    const result = await client.call('train', trainInput(testEngine, 16));
    expect(calls.train.output.parse(result)).toEqual(result);
    expect(result).toMatchObject({ out: join(root, 'trained.onnx'), epochs: 16, stopped: false });
    expect(epochs.map(({ epoch }) => epoch)).toEqual(Array.from({ length: 16 }, (_, i) => i + 1));

    const model = result.out;
    const evaluation = await client.call('evaluate', { folder: join(root, 'validation'), model });
    expect(calls.evaluate.output.parse(evaluation)).toEqual(evaluation);
    expect(evaluation.n).toBe(24);
    expect(evaluation.accuracy).toBeGreaterThan(0.9);

    const stream = noise(16_000 * 14, 5).map((value) => value / 100);
    const said: SoundKind[] = ['hum', 'chirp', 'hum', 'chirp'];
    said.forEach((kind, i) => {
      synthesise(kind, 2000 + i).forEach((value, at) => (stream[16_000 * (1 + 3 * i) + at]! += value));
    });
    const { session, labels } = await client.call('listen.openFile', { sampleRateHz: 16_000, model });
    expect(labels).toEqual(expect.arrayContaining([...KINDS]));
    const detections = collect(client, 'listen.detection');
    await client.call('listen.push', { session, samples: stream });
    const heard = detections.map(({ label, timeMs }) => [label, Math.floor((timeMs - 1000) / 3000)]);
    expect(heard).toEqual(said.map((kind, i) => [kind, i]));
  });

  it('is refused where it is told how to learn from teachers, and from none', async () => {
    const testEngine = await startEngine();
    for (const told of [{ teacherShare: 0.5 }, { temperature: 3 }])
      await expect(testEngine.client.call('train', { ...trainInput(testEngine, 1), ...told })).rejects.toMatchObject({
        code: 'usage',
        message: expect.stringContaining('--teacher') as string,
      });
  });

  it('answers live sound while a training runs, lets no second one start, and stops with the best model', async () => {
    const testEngine = await startEngine();
    const { client, root } = testEngine;
    await addCorpus(root, 8, 2);
    const input = trainInput(testEngine, 10_000);
    const epochs = collect(client, 'train.epoch');
    const firstEpoch = new Promise<void>((resolve) => client.on('train.epoch', () => resolve()));
    const training = client.call('train', input);
    await firstEpoch;

    const { session } = await client.call('listen.open', { sampleRateHz: 16_000 });
    const posteriors = collect(client, 'listen.posteriors');
    for (let i = 0; i < 10; i++) await client.call('listen.push', { session, samples: noise(1600) });
    expect(posteriors.length).toBeGreaterThan(8);
    expect(epochs.length).toBeLessThan(10_000);
    await expect(client.call('train', input)).rejects.toMatchObject({ code: 'usage' });

    await client.call('train.stop', {});
    const result = await training;
    expect(result).toMatchObject({ stopped: true, bytes: (await readFile(input.out)).length });
    expect(result.bestEpoch).toBeGreaterThan(0);
  });

  it('refuses to train on a folder that is not there, and can train afterwards', async () => {
    const testEngine = await startEngine();
    const { client, root } = testEngine;
    await expect(client.call('train', trainInput(testEngine, 1))).rejects.toMatchObject({ code: 'file-missing' });
    await addCorpus(root, 4, 2);
    await expect(client.call('train', trainInput(testEngine, 1))).resolves.toMatchObject({ epochs: 1 });
  });

  it('has nothing to stop where no training runs', async () => {
    const { client } = await startEngine();
    expect(await client.call('train.stop', {})).toEqual({});
  });
});
