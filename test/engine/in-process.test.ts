import { describe, expect, it } from 'vitest';
import { HeedError } from '../../src/errors.ts';
import { createInProcessClient } from '../../src/engine/in-process.ts';
import { collect, noise, startEngine } from './test-engine.ts';

describe('createInProcessClient', () => {
  it('rejects with the engine’s code and sentence', async () => {
    const { client } = await startEngine();
    const refusal = client.call('recognize', { file: '/no/such.wav' });
    await expect(refusal).rejects.toBeInstanceOf(HeedError);
    await expect(refusal).rejects.toMatchObject({
      code: 'file-missing',
      message: expect.stringContaining('/no/such.wav') as string,
    });
  });

  it('hears an event until it unsubscribes, and no others', async () => {
    const { client } = await startEngine();
    const { session } = await client.call('listen.open', { sampleRateHz: 16_000 });
    let heard = 0;
    const end = client.on('listen.level', () => heard++);
    await client.call('listen.push', { session, samples: noise(100) });
    end();
    await client.call('listen.push', { session, samples: noise(100) });
    expect(heard).toBe(1);
  });

  it('rejects calls under way, and later ones, once it is closed; the engine serves others', async () => {
    const { client, engine } = await startEngine();
    const levels = collect(client, 'listen.level');
    const underWay = client.call('models.list', {});
    client.close();
    await expect(underWay).rejects.toMatchObject({ code: 'engine-lost' });
    await expect(client.call('describe', {})).rejects.toMatchObject({ code: 'engine-lost' });
    const other = createInProcessClient(engine);
    const { session } = await other.call('listen.open', { sampleRateHz: 16_000 });
    await other.call('listen.push', { session, samples: noise(100) });
    expect(levels).toEqual([]);
  });
});
