import { describe, expect, it } from 'vitest';
import { TAKES_WANTED } from '../../src/engine/contract/words-schemas.ts';
import { collect, noise, startEngine } from './test-engine.ts';

const sound = (sampleRateHz: number, seconds = 1) => ({ samples: noise(seconds * sampleRateHz), sampleRateHz });

describe('the calls about words and takes', () => {
  it('keep a take of any rate at 16 kHz, and say how many more its word needs', async () => {
    const { client } = await startEngine();
    expect(await client.call('words.add', { name: ' lamp  on ' })).toEqual({ label: 'lamp on' });
    const take = await client.call('takes.add', { label: 'lamp on', sound: sound(48_000) });
    expect(take).toMatchObject({ label: 'lamp on', source: 'recorded', durationMs: 1000, leftOut: false });
    const { words, readOnly } = await client.call('words.list', {});
    expect(readOnly).toBeNull();
    expect(words).toEqual([
      { label: 'lamp on', kind: 'word', takeCount: 1, leftOutCount: 0, missingTakes: TAKES_WANTED - 1 },
      { label: '_unknown_', kind: 'unknown', takeCount: 0, leftOutCount: 0, missingTakes: 0 },
      { label: '_background_noise_', kind: 'background', takeCount: 0, leftOutCount: 0, missingTakes: 0 },
    ]);
    const kept = await client.call('takes.sound', { id: take.id });
    expect([kept.samples.length, kept.sampleRateHz]).toEqual([16_000, 16_000]);
  });

  it('count only takes that are not left out as ready', async () => {
    const { client } = await startEngine();
    const { id } = await client.call('takes.add', { label: 'a', sound: sound(16_000) });
    await client.call('takes.leaveOut', { ids: [id], leftOut: true });
    const [word] = (await client.call('words.list', {})).words;
    expect(word).toMatchObject({ takeCount: 1, leftOutCount: 1, missingTakes: TAKES_WANTED });
  });

  it('tell everybody of each change, and say what undo would take back', async () => {
    const { client } = await startEngine();
    const changes = collect(client, 'words.changed');
    expect(await client.call('undo.peek', {})).toEqual({ next: null });
    await client.call('words.add', { name: 'a' });
    await client.call('words.rename', { label: 'a', name: 'b' });
    expect(changes).toHaveLength(2);
    const { next } = await client.call('undo.peek', {});
    expect(next).toEqual({ kind: 'rename-word', label: 'a', to: 'b', takeCount: 0 });
    expect(await client.call('undo', {})).toEqual({ undone: next });
    expect((await client.call('words.list', {})).words[0]?.label).toBe('a');
    expect(changes).toHaveLength(3);
  });

  it('refuse sound that is no numbers, and what is not there, and change nothing', async () => {
    const { client } = await startEngine();
    const spoilt = { samples: Float32Array.of(0, Number.NaN), sampleRateHz: 16_000 };
    await expect(client.call('takes.add', { label: 'a', sound: spoilt })).rejects.toMatchObject({
      code: 'sound-invalid',
    });
    for (const id of ['../../etc/passwd', 'x'])
      await expect(client.call('takes.sound', { id })).rejects.toMatchObject({ code: 'usage' });
    await expect(client.call('words.delete', { label: 'a' })).rejects.toMatchObject({ code: 'usage' });
    await expect(client.call('takes.add', { label: '../a', sound: sound(16_000) })).rejects.toMatchObject({
      code: 'usage',
    });
    expect((await client.call('takes.list', {})).takes).toEqual([]);
  });
});
