import { describe, expect, it } from 'vitest';
import { type Model, UNKNOWN_LABEL } from '../../src/model/model.ts';
import { randomModel } from '../model/random-model.ts';
import { collect, noise, startEngine } from './test-engine.ts';

/** Fires at whatever it hears. */
function eagerModel(): Model {
  const model = randomModel();
  return { ...model, decision: { ...model.decision, thresholds: model.labels.map(() => 0) } };
}

describe('a detection that was wrong', () => {
  it('becomes a take of the word it was, or a negative, with the sound that caused it', async () => {
    const { client } = await startEngine(eagerModel());
    const { session } = await client.call('listen.open', { sampleRateHz: 16_000 });
    const events = collect(client, 'listen.detection');
    await client.call('listen.push', { session, samples: noise(16_000) });
    const { id } = events[0]!;
    const heard = await client.call('detections.sound', { id });
    for (const label of ['lantern', UNKNOWN_LABEL]) {
      const kept = await client.call('detections.correct', { id, label });
      expect(kept).toMatchObject({ label, source: 'detection' });
      const { samples } = await client.call('takes.sound', { id: kept.id });
      expect(samples.length).toBe(heard.samples.length);
      samples.forEach((sample, i) => expect(Math.abs(sample - heard.samples[i]!)).toBeLessThan(1e-4));
    }
    const { words } = await client.call('words.list', {});
    expect(words.map(({ label, takeCount }) => [label, takeCount])).toEqual(
      expect.arrayContaining([
        ['lantern', 1],
        [UNKNOWN_LABEL, 1],
      ]),
    );
  });

  it('cannot be corrected once its sound is gone', async () => {
    const { client } = await startEngine();
    await expect(client.call('detections.correct', { id: 'gone', label: 'yes' })).rejects.toMatchObject({
      code: 'usage',
    });
  });
});
