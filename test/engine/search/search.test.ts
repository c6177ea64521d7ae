import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { calls } from '../../../src/engine/contract/calls.ts';
import { readJournal } from '../../../src/lab/search/journal.ts';
import { loadModel } from '../../../src/model/model-file.ts';
import { loaderArguments } from '../../../src/typescript-loader.ts';
import { addCorpus } from '../../training/sound-folders.ts';
import { collect, startEngine } from '../test-engine.ts';

const MAIN = new URL('../../../src/cli/main.ts', import.meta.url).pathname;

function inputOf(root: string) {
  return {
    folders: [join(root, 'train')],
    validation: join(root, 'validation'),
    out: join(root, 'search'),
    ...{ epochs: 6, parallel: 2, trials: 3, seed: 2 },
  };
}

describe('a search through the engine', () => {
  it('trains each trial, saves the best model, and repeats nothing', { timeout: 60_000 }, async () => {
    const { client, root } = await startEngine();
    await addCorpus(root, 16, 4);
    const news = collect(client, 'search.trial');
    const space = { dimensions: ['hidden=8,12', 'batch=16', 'learning-rate=0.01'] };
    const input = { ...inputOf(root), method: 'grid' as const, space };
    const result = await client.call('search', input);
    expect(calls.search.output.parse(result)).toEqual(result);
    expect(result).toMatchObject({ known: 0, stopped: false, best: result.records[0] });
    expect(news.map(({ done, total }) => [done, total])).toEqual([
      [1, 2],
      [2, 2],
    ]);
    const [best] = result.records;
    const model = await loadModel(result.model!);
    expect(model.shape.hiddenSize).toBe(best!.values['hidden']);
    expect(model.scores[0]!.accuracy).toBe(best!.outcome.status === 'finished' && best!.outcome.accuracy);
    expect(await readdir(join(root, 'search', 'trials'))).toEqual([`${best!.id}.onnx`]);
    expect(JSON.parse(await readFile(result.results, 'utf8'))).toMatchObject({ best, records: result.records });
    expect(await readFile(result.chart, 'utf8')).toContain('<polyline');

    const again = await client.call('search', input);
    expect(again).toMatchObject({ known: 2, best, records: result.records });
    expect(news).toHaveLength(2);
  });

  it('says what is wrong with a space before it reads any sound', async () => {
    const { client, root } = await startEngine();
    const search = client.call('search', { ...inputOf(root), space: { dimensions: ['colour=red'] } });
    await expect(search).rejects.toMatchObject({ code: 'usage' });
    expect(existsSync(join(root, 'search'))).toBe(false);
  });

  it('says in a sentence what befalls every trial', async () => {
    const { client, root } = await startEngine();
    await expect(client.call('search', inputOf(root))).rejects.toMatchObject({ code: 'file-missing' });
  }, 30_000);

  it('ends soon when it is stopped, and another in the same folder is refused meanwhile', async () => {
    const { client, root } = await startEngine();
    const other = await startEngine();
    await addCorpus(root, 8, 2);
    const input = { ...inputOf(root), epochs: 10_000, space: { dimensions: ['hidden=8'] } };
    const search = client.call('search', input);
    const trials = join(root, 'search', 'trials');
    while (!(existsSync(trials) && (await readdir(trials)).length > 0))
      await new Promise((done) => setTimeout(done, 50));
    await expect(other.client.call('search', input)).rejects.toMatchObject({ code: 'in-use' });
    await client.call('train.stop', {});
    expect(await search).toMatchObject({ stopped: true, records: [], best: null, model: null });
    expect(await readdir(trials)).toContainEqual(expect.stringMatching(/checkpoint$/));
  }, 60_000);
});

describe('heed search', () => {
  it('killed in the middle goes on, and runs no finished trial again', async () => {
    const { root } = await startEngine();
    await addCorpus(root, 16, 4);
    const words = [
      'search',
      join(root, 'train'),
      '--validation',
      join(root, 'validation'),
      '--out',
      join(root, 'search'),
    ];
    words.push(
      '--epochs',
      '5',
      '--trials',
      '4',
      '--parallel',
      '1',
      '--vary',
      'hidden=8..64',
      'learning-rate=0.005..0.02',
    );
    const environment = { ...process.env, HEED_HOME: join(root, 'home'), XDG_CACHE_HOME: join(root, 'cache') };
    const heed = (untilLine?: RegExp): Promise<string> =>
      new Promise((resolve) => {
        const child = spawn(process.execPath, [...loaderArguments(), MAIN, ...words, '--json'], { env: environment });
        let said = '';
        child.stderr.on('data', (chunk: Buffer) => {
          said += chunk.toString();
          if (untilLine?.test(said)) child.kill('SIGKILL');
        });
        child.once('close', () => resolve(said));
      });
    await heed(/trial 1\/4/);
    const journal = join(root, 'search', 'trials.journal');
    const before = readJournal(await readFile(journal, 'utf8')).records;
    expect(before.length).toBeGreaterThan(0);
    expect(before.length).toBeLessThan(4);
    const said = await heed();
    expect(said).toMatch(/known already, and not run again/);
    expect(said.match(/^trial /gm)).toHaveLength(4 - before.length);
    const lines = (await readFile(journal, 'utf8')).trim().split('\n');
    expect(lines).toHaveLength(5);
    expect(readJournal(`${lines.join('\n')}\n`).records.slice(0, before.length)).toEqual(before);
    expect(existsSync(join(root, 'search', 'best.onnx'))).toBe(true);
  }, 120_000);
});
