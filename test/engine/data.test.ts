import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { DELETE_EVERYTHING } from '../../src/engine/contract/data-calls.ts';
import { synthesise } from '../sounds/synthesise.ts';
import { startEngine } from './test-engine.ts';

const sound = { samples: synthesise('hum', 1), sampleRateHz: 16_000 };

describe('the calls about all data', () => {
  it('delete every trace of the user, and nothing that is not Heed’s', async () => {
    const { client, home, root } = await startEngine();
    await mkdir(join(root, 'cache'), { recursive: true });
    await writeFile(join(root, 'cache', 'features'), 'of a take');
    await client.call('takes.add', { label: 'a', sound });
    const { modelId } = await client.call('models.duplicate', { modelId: 'heed-en' });
    await client.call('settings.set', { modelId, theme: 'dark' });
    await writeFile(join(home, 'letter.txt'), 'not of Heed');
    await client.call('data.deleteAll', { confirm: DELETE_EVERYTHING });
    const left = (await readdir(home, { recursive: true })).filter(
      (path) => !/^(takes\.lock|settings\.json|words)/.test(path),
    );
    expect(left).toEqual(['letter.txt']);
    expect(await readdir(root)).not.toContain('cache');
    expect((await client.call('takes.list', {})).takes).toEqual([]);
    expect(await client.call('settings.get', {})).toMatchObject({ modelId: 'heed-en', theme: 'system' });
    expect((await client.call('undo', {})).undone).toBeNull();
    await client.call('takes.add', { label: 'b', sound });
    expect((await client.call('takes.list', {})).takes).toHaveLength(1);
  });

  it('delete nothing without being told so in words', async () => {
    const { client } = await startEngine();
    await client.call('takes.add', { label: 'a', sound });
    await expect(client.call('data.deleteAll', { confirm: 'yes' as never })).rejects.toMatchObject({ code: 'usage' });
    expect((await client.call('takes.list', {})).takes).toHaveLength(1);
  });

  it('tell where everything is', async () => {
    const { client, home } = await startEngine();
    expect(await client.call('data.describe', {})).toEqual({ folder: home });
  });
});

describe('the threshold of all words', () => {
  it('holds for words without one of their own, and never makes what is no word fire', async () => {
    const { client } = await startEngine();
    const { models } = await client.call('models.list', {});
    const { labels, thresholds } = models[0]!;
    await client.call('settings.set', { defaultThreshold: 0.55 });
    await client.call('listen.threshold', { modelId: 'heed-en', label: labels[0]!, threshold: 0.3 });
    const expected = thresholds.map((ofModel, i) => (ofModel > 1 ? ofModel : i === 0 ? 0.3 : 0.55));
    expect((await client.call('listen.open', { sampleRateHz: 16_000 })).thresholds).toEqual(expected);
    expect((await client.call('models.list', {})).models[0]!.thresholds).toEqual(expected);
    await client.call('settings.set', { defaultThreshold: null });
    expect((await client.call('models.list', {})).models[0]!.thresholds.slice(1)).toEqual(thresholds.slice(1));
  });
});
