import { existsSync } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { describe } from '../../src/cli/commands/inspect.ts';
import { calls } from '../../src/engine/contract/calls.ts';
import { loadModel } from '../../src/model/model-file.ts';
import { blockSparsity } from '../../src/training/compress/block-pruning.ts';
import { addCorpus } from '../training/sound-folders.ts';
import { startEngine } from './test-engine.ts';

it('a model is made as small as asked for, learns from the one it was, and hears nearly as well', async () => {
  const { client, root } = await startEngine();
  await addCorpus(root, 16, 6);
  const [folders, validation] = [[join(root, 'train')], join(root, 'validation')];
  const model = join(root, 'large.onnx');
  await client.call('train', { folders, validation, out: model, hidden: 64, epochs: 10, batch: 16 });
  const before = await readFile(model);
  const out = join(root, 'small.onnx');
  const result = await client.call('compress', { model, folders, validation, out, to: '14KB', epochs: 12 });
  expect(calls.compress.output.parse(result)).toEqual(result);
  expect(result).toMatchObject({ reached: true, before: { hiddenSize: 64, weights: 'float32', bytes: before.length } });
  expect(result.after.bytes).toBe((await stat(out)).size);
  expect(result.after.bytes).toBeLessThanOrEqual(14_000);
  expect(result.after.hiddenSize).toBe(64);
  const { factors } = (await loadModel(out)).parameters;
  const inspected = await client.call('inspect', { file: out });
  expect(inspected.network.ranks).toEqual([{ input: factors![0]!.input?.rank ?? 0, recurrent: factors![0]!.recurrent!.rank }]); // prettier-ignore
  expect(describe(inspected)).toMatch(new RegExp(`ranks +layer 1: W \\w+, R ${factors![0]!.recurrent!.rank}\n`));
  expect((await client.call('inspect', { file: model })).network.ranks).toBeUndefined();
  expect(result.after.accuracy).toBeGreaterThan(result.before.accuracy! - 0.1);
  expect(await readFile(model)).toEqual(before);
  expect(existsSync(`${out}.training`)).toBe(false);

  const tiny = join(root, 'tiny.onnx');
  const smaller = await client.call('compress', { model, folders, validation, out: tiny, to: '8KB', epochs: 12 });
  expect(smaller).toMatchObject({ reached: true, after: { bytes: (await stat(tiny)).size, weights: 'int8' } });
  expect(smaller.after.bytes).toBeLessThanOrEqual(8000);
  expect(smaller.after.hiddenSize).toBeLessThan(64);
  expect((await loadModel(tiny)).shape.hiddenSize).toBe(smaller.after.hiddenSize);

  const compared = { model, folders, validation, out: join(root, 'lighter'), epochs: 2 };
  const forget = client.on('progress', ({ stage }) => {
    if (stage.endsWith('75 % zeros')) void client.call('train.stop', {});
  });
  const stopped = client.call('compress.compare', compared);
  await expect(stopped).rejects.toMatchObject({ code: 'cancelled' });
  await expect(stopped).rejects.toThrow('the same command goes on');
  forget();
  const finished = (await stat(join(root, 'lighter', 'zeros-50.onnx'))).mtimeMs;

  const { models, known } = await client.call('compress.compare', compared);
  expect(known).toBe(2);
  expect((await stat(join(root, 'lighter', 'zeros-50.onnx'))).mtimeMs).toBe(finished);
  expect(models.map(({ name, hiddenSize, weights }) => [name, hiddenSize, weights])).toEqual([
    ['as it is', 64, 'float32'],
    ['8 bits, rounded', 64, 'int8'],
    ['8 bits, trained', 64, 'int8'],
    ['50 % zeros', 64, 'float32'],
    ['75 % zeros', 64, 'float32'],
    ['90 % zeros', 64, 'float32'],
    ['low rank, 50 % fewer weights', 64, 'float32'],
    ['low rank, 75 % fewer weights', 64, 'float32'],
    ['half as wide', 32, 'float32'],
    ['half as wide, taught', 32, 'float32'],
  ]);
  for (const [index, share] of [0.5, 0.75, 0.9].entries()) {
    const { shape, parameters } = await loadModel(models[3 + index]!.file);
    expect(blockSparsity(parameters.values, shape)).toBeCloseTo(share, 2);
  }
  const [half, quarter] = models.filter(({ name }) => name.startsWith('low rank'));
  expect(half!.bytes).toBeLessThan(0.65 * models[0]!.bytes);
  expect(quarter!.bytes).toBeLessThan(0.45 * models[0]!.bytes);
  expect((await loadModel(quarter!.file)).parameters.factors).toHaveLength(1);
  const other = client.call('compress.compare', { ...compared, epochs: 3 });
  await expect(other).rejects.toMatchObject({ code: 'usage' });

  // A model in eight bits says so, and what is made of it has as many.
  const eight = { ...compared, model: models[2]!.file, out: join(root, 'lighter-still'), epochs: 1 };
  const ofEight = (await client.call('compress.compare', eight)).models;
  expect(ofEight.filter(({ weights }) => weights !== 'int8').map(({ name }) => name)).toEqual(['32 bits']);
  expect(ofEight[0]!.bytes).toBe(models[2]!.bytes);
  const pruned = await loadModel(ofEight.find(({ name }) => name === '75 % zeros')!.file);
  expect(blockSparsity(pruned.parameters.values, pruned.shape)).toBeCloseTo(0.75, 2);

  const never = client.call('compress', { model, folders, validation, out: join(root, 'none.onnx'), to: '1KB' });
  await expect(never).rejects.toMatchObject({ code: 'usage' });
  await expect(never).rejects.toThrow(/cannot be made so light/);
}, 120_000);

it('a training from scratch can be of low rank, and goes on from its checkpoint to the same file', async () => {
  const { client, root } = await startEngine();
  await addCorpus(root, 12, 4);
  const [folders, validation] = [[join(root, 'train')], join(root, 'validation')];
  const settings = { folders, validation, hidden: 24, layers: 2, epochs: 4, batch: 16, factorShare: 0.4 };
  const straight = join(root, 'straight.onnx');
  await client.call('train', { ...settings, out: straight });
  const { parameters } = await loadModel(straight);
  expect(parameters.factors).toHaveLength(2);
  const forget = client.on('train.epoch', ({ epoch }) => {
    if (epoch === 2) void client.call('train.stop', {});
  });
  const halted = join(root, 'halted.onnx');
  expect((await client.call('train', { ...settings, out: halted })).stopped).toBe(true);
  forget();
  await client.call('train', { ...settings, out: halted, resume: true });
  expect((await loadModel(halted)).parameters).toEqual(parameters);

  const both = client.call('train', { ...settings, out: halted, sparsity: 0.5 });
  await expect(both).rejects.toMatchObject({ code: 'usage' });
}, 120_000);
