import { readFile, rm, stat, truncate } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { calls } from '../../src/engine/contract/calls.ts';
import { loadModel } from '../../src/model/model-file.ts';
import { addClips, addCorpus, KINDS } from '../training/sound-folders.ts';
import { noise, startEngine } from './test-engine.ts';

describe('models of other cells than the GRU', () => {
  it.each(['rnn', 'lstm', 'mgu'] as const)(
    'are trained, measured, listened with, exported and taught a further word (%s)',
    async (cell) => {
      const { client, root } = await startEngine();
      await addCorpus(root, 12, 4);
      const out = join(root, 'trained.onnx');
      const train = { folders: [join(root, 'train')], validation: join(root, 'validation'), seed: 3 };
      await client.call('train', { ...train, out, cell, hidden: 16, epochs: 6, batch: 8 });
      const { network } = await client.call('inspect', { file: out });
      expect(network).toMatchObject({ cell, resetAfter: false });
      const { n } = await client.call('evaluate', { folder: join(root, 'validation'), model: out });
      expect(n).toBe(12);

      const { session, labels } = await client.call('listen.openFile', { sampleRateHz: 16_000, model: out });
      expect(labels).toEqual(expect.arrayContaining([...KINDS]));
      await client.call('listen.push', { session, samples: noise(16_000 * 2) });

      // An export is written only where ONNX Runtime agrees with us.
      await client.call('export', { model: out, form: 'stream', out: join(root, 'stream.onnx') });

      await addClips(join(root, 'takes'), 'chirp', 4, { label: 'further', firstSeed: 500 });
      const taught = join(root, 'taught.onnx');
      await client.call('finetune', { folder: join(root, 'takes'), from: out, out: taught, seed: 1 });
      const model = await loadModel(taught);
      expect(model.shape.cell).toBe(cell);
      expect(model.labels).toContain('further');
    },
  );

  it('are not trained further as another cell', async () => {
    const { client, root } = await startEngine();
    await addCorpus(root, 4, 2);
    const train = { folders: [join(root, 'train')], validation: join(root, 'validation'), hidden: 4, epochs: 1 };
    const from = join(root, 'rnn.onnx');
    await client.call('train', { ...train, cell: 'rnn', out: from });
    await expect(
      client.call('train', { ...train, cell: 'lstm', from, out: join(root, 'b.onnx') }),
    ).rejects.toMatchObject({ code: 'usage' });
  });
});

describe('a comparison of cells', () => {
  async function comparison() {
    const { client, root } = await startEngine();
    await addCorpus(root, 4, 2);
    const out = join(root, 'compared');
    const input = {
      ...{ folders: [join(root, 'train')], validation: join(root, 'validation'), out },
      ...{ cells: ['rnn' as const, 'lstm' as const], hidden: 6, epochs: 1, seeds: 2 },
      ...{ sliceMs: 1, reachFrames: 6, reachSteps: 2 },
    };
    return { client, out, input };
  }

  it('leaves a model for each run, the figures and the plots', async () => {
    const { client, out, input } = await comparison();
    const result = await client.call('compare', input);
    expect(calls.compare.output.parse(result)).toEqual(result);
    expect(result.known).toBe(0);
    expect(result.cells.map(({ cell }) => cell)).toEqual(['rnn', 'lstm']);
    for (const { cell, hidden, runs, parameters, meanAccuracy } of result.cells) {
      expect(runs.map(({ seed }) => seed)).toEqual([1, 2]);
      expect(meanAccuracy).toBeCloseTo((runs[0]!.accuracy! + runs[1]!.accuracy!) / 2, 12);
      const { shape, parameters: saved } = await loadModel(join(out, `${cell}-2.onnx`));
      expect(shape).toMatchObject({ cell, hiddenSize: hidden });
      expect(saved.values.length).toBe(parameters);
    }
    expect(result.reach).toHaveLength(4);
    expect(JSON.parse(await readFile(result.results, 'utf8'))).toEqual({ cells: result.cells, reach: result.reach });
    for (const plot of result.plots) expect(await readFile(plot, 'utf8')).toMatch(/^<svg/);
  });

  it('goes on where it was interrupted, and repeats only what did not end or lost its model', async () => {
    const { client, out, input } = await comparison();
    const first = await client.call('compare', { ...input, seeds: 1 });
    // As a kill leaves it: within the line of the last run.
    const journal = join(out, 'runs.journal');
    const { size } = await stat(journal);
    await truncate(journal, size - 20);
    const second = await client.call('compare', input);
    expect(second.known).toBe(1);
    expect(second.cells[0]!.runs[0]).toEqual(first.cells[0]!.runs[0]);
    await rm(join(out, 'lstm-2.onnx'));
    const third = await client.call('compare', input);
    expect(third.known).toBe(3);
    expect(third.cells.map(({ runs }) => runs.map(({ accuracy }) => accuracy))).toEqual(
      second.cells.map(({ runs }) => runs.map(({ accuracy }) => accuracy)),
    );
  });

  it('is refused the folder of another one, whose results are safe', async () => {
    const { client, out, input } = await comparison();
    await client.call('compare', { ...input, cells: ['rnn'], seeds: 1 });
    const model = await readFile(join(out, 'rnn-1.onnx'));
    await expect(client.call('compare', { ...input, hidden: 7 })).rejects.toMatchObject({ code: 'usage' });
    expect((await readFile(join(out, 'rnn-1.onnx'))).equals(model)).toBe(true);
  });
});
