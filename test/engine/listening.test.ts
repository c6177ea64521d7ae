import { describe, expect, it } from 'vitest';
import { createRandom } from '../../src/random.ts';
import { defaultDecision, type Model } from '../../src/model/model.ts';
import { randomModel } from '../model/random-model.ts';
import { collect, noise, startEngine } from './test-engine.ts';

/** A model that fires at almost anything. */
function eagerModel(): Model {
  const model = randomModel();
  const decision = { ...defaultDecision(model.labels), refractoryMs: 100 };
  return { ...model, decision: { ...decision, thresholds: decision.thresholds.map((t) => (t > 1 ? t : 0.001)) } };
}

describe('listening', () => {
  it('says what a session hears with', async () => {
    const model = randomModel();
    const { client } = await startEngine(model);
    expect(await client.call('listen.open', { sampleRateHz: 16_000 })).toMatchObject({
      modelId: 'heed-en',
      labels: model.labels,
      thresholds: model.decision.thresholds,
      windowMs: (19 * 160 + 512) / 16,
      stepMs: 100,
      hopMs: 10,
      melBands: 10,
    });
  });

  it('tells the thresholds of a model before anybody listens, with those the user chose', async () => {
    const model = randomModel();
    const { client } = await startEngine(model);
    await client.call('listen.threshold', { modelId: 'heed-en', label: 'yes', threshold: 0.42 });
    const { models } = await client.call('models.list', {});
    expect(models[0]!.thresholds).toEqual([0.42, ...model.decision.thresholds.slice(1)]);
    expect((await client.call('listen.open', { sampleRateHz: 16_000 })).thresholds).toEqual(models[0]!.thresholds);
  });

  it('sends the same posteriors however the sound is cut', async () => {
    const { client } = await startEngine();
    const samples = noise(16_000);
    const heard: unknown[][] = [];
    for (const chunkLength of [16_000, 333]) {
      const { session } = await client.call('listen.open', { sampleRateHz: 16_000 });
      const posteriors = collect(client, 'listen.posteriors');
      for (let start = 0; start < samples.length; start += chunkLength)
        await client.call('listen.push', { session, samples: samples.subarray(start, start + chunkLength) });
      heard.push(posteriors.map(({ session: _, ...rest }) => rest));
    }
    expect(heard[0]!.length).toBeGreaterThan(5);
    expect(heard[1]).toEqual(heard[0]);
  });

  it('hears the same times at 48 kHz as at 16 kHz', async () => {
    const { client } = await startEngine();
    const { session } = await client.call('listen.open', { sampleRateHz: 48_000 });
    const posteriors = collect(client, 'listen.posteriors');
    const { timeMs } = await client.call('listen.push', { session, samples: noise(48_000) });
    expect(timeMs).toBe(1000);
    expect(posteriors.at(-1)!.timeMs).toBeGreaterThan(850);
    expect(posteriors.at(-1)!.timeMs).toBeLessThanOrEqual(1000);
  });

  it('works through pushes in the order of their calls, even when nobody waits', async () => {
    const { client } = await startEngine();
    const { session } = await client.call('listen.open', { sampleRateHz: 16_000 });
    const times = await Promise.all(
      [8000, 100, 4000].map((length) => client.call('listen.push', { session, samples: noise(length) })),
    );
    expect(times.map(({ timeMs }) => timeMs)).toEqual([500, 506.25, 756.25]);
  });

  it('sends the log-mel frames of the sound, all of them once', async () => {
    const { client } = await startEngine();
    const { session } = await client.call('listen.open', { sampleRateHz: 16_000 });
    const events = collect(client, 'listen.frames');
    await client.call('listen.push', { session, samples: noise(16_000) });
    const frames = events.reduce((sum, { logMel, bands }) => sum + logMel.length / bands, 0);
    expect(frames).toBe(Math.floor((16_000 - 512) / 160) + 1);
    expect(events.at(-1)).toMatchObject({ bands: 10, timeMs: 32 + 10 * (frames - 1) });
  });

  it('measures the level of what comes in', async () => {
    const { client } = await startEngine();
    const { session } = await client.call('listen.open', { sampleRateHz: 16_000 });
    const levels = collect(client, 'listen.level');
    await client.call('listen.push', { session, samples: new Float32Array(800).fill(0.5) });
    await client.call('listen.push', { session, samples: new Float32Array(800) });
    expect(levels[0]!.peakDb).toBeCloseTo(-6.02, 2);
    expect(levels[0]!.rmsDb).toBeCloseTo(-6.02, 2);
    expect(levels[1]).toMatchObject({ peakDb: -120, rmsDb: -120 });
  });

  it('tells once that the microphone is silent, and once that it is not', async () => {
    const { client } = await startEngine();
    const { session } = await client.call('listen.open', { sampleRateHz: 16_000 });
    const events = collect(client, 'listen.silent');
    await client.call('listen.push', { session, samples: new Float32Array(48_000) });
    expect(events).toEqual([{ session, silent: true }]);
    await client.call('listen.push', { session, samples: noise(100) });
    expect(events.slice(1)).toEqual([{ session, silent: false }]);
  });

  it('keeps each detection with the sound that caused it', async () => {
    const { client } = await startEngine(eagerModel());
    const { session } = await client.call('listen.open', { sampleRateHz: 16_000 });
    const events = collect(client, 'listen.detection');
    const samples = noise(16_000);
    await client.call('listen.push', { session, samples });
    const { session: _, ...detection } = events[0]!;
    const { detections } = await client.call('detections.list', {});
    expect(detections.at(-1)).toEqual(detection);
    const sound = await client.call('detections.sound', { id: detection.id });
    const end = detection.timeMs * 16;
    expect(sound.sampleRateHz).toBe(16_000);
    expect(sound.samples.subarray(-500)).toEqual(samples.subarray(end - 500, end));
  });

  it('keeps the sound of the newest hundred detections, and says that older ones are gone', async () => {
    const { client } = await startEngine(eagerModel());
    const events = collect(client, 'listen.detection');
    // A session fires a label once, until that lets go: many sessions give many detections.
    while (events.length <= 100) {
      const { session } = await client.call('listen.open', { sampleRateHz: 16_000 });
      await client.call('listen.push', { session, samples: noise(4000, events.length) });
    }
    const { detections } = await client.call('detections.list', {});
    expect(detections.map(({ id }) => id)).toEqual(
      events
        .slice(-100)
        .map(({ id }) => id)
        .reverse(),
    );
    await expect(client.call('detections.sound', { id: events[0]!.id })).rejects.toMatchObject({ code: 'usage' });
  });

  it('leaves out a chunk that is no sound, and goes on listening', async () => {
    const { client } = await startEngine();
    const { session } = await client.call('listen.open', { sampleRateHz: 48_000 });
    for (const bad of [Number.NaN, Number.NEGATIVE_INFINITY]) {
      const samples = noise(1000);
      samples[500] = bad;
      await expect(client.call('listen.push', { session, samples })).rejects.toMatchObject({ code: 'sound-invalid' });
    }
    const posteriors = collect(client, 'listen.posteriors');
    await client.call('listen.push', { session, samples: noise(48_000) });
    expect(posteriors.length).toBeGreaterThan(5);
    expect(posteriors.every(({ smoothed }) => smoothed.every(Number.isFinite))).toBe(true);
  });

  it('says that a session is over', async () => {
    const { client } = await startEngine();
    const { session } = await client.call('listen.open', { sampleRateHz: 16_000 });
    await client.call('listen.close', { session });
    await client.call('listen.close', { session });
    for (const id of [session, 'never-opened'])
      await expect(client.call('listen.push', { session: id, samples: noise(1) })).rejects.toMatchObject({
        code: 'usage',
        message: 'This listening session is over; start listening again.',
      });
  });

  it('closes the session unused for longest rather than keep any number of them', async () => {
    const { client } = await startEngine();
    const open = async (): Promise<string> => (await client.call('listen.open', { sampleRateHz: 16_000 })).session;
    const push = (session: string) => client.call('listen.push', { session, samples: noise(1) });
    const first = await open();
    const second = await open();
    for (let i = 0; i < 6; i++) await open();
    await push(first);
    await open();
    await expect(push(second)).rejects.toMatchObject({ code: 'usage' });
    await expect(push(first)).resolves.toBeDefined();
  });

  it('sets a threshold for the open session, and for the next', async () => {
    const { client } = await startEngine();
    const { session } = await client.call('listen.open', { sampleRateHz: 16_000 });
    const detections = collect(client, 'listen.detection');
    await client.call('listen.push', { session, samples: noise(16_000) });
    expect(detections).toEqual([]);
    for (const label of ['yes', 'nö', '<&"\\'])
      await client.call('listen.threshold', { modelId: 'heed-en', label, threshold: 0.001 });
    await client.call('listen.push', { session, samples: noise(8000) });
    expect(detections).toHaveLength(1);
    const { thresholds } = await client.call('listen.open', { sampleRateHz: 16_000 });
    expect(thresholds).toEqual([0.001, 0.001, 0.001, 2, 2]);
  });

  it('refuses a threshold for a label that the model lacks, or that never fires', async () => {
    const { client } = await startEngine();
    for (const label of ['maybe', '_silence_'])
      await expect(
        client.call('listen.threshold', { modelId: 'heed-en', label, threshold: 0.5 }),
      ).rejects.toMatchObject({ code: 'usage', message: expect.stringContaining(label) as string });
  });

  it('answers other calls while it works through a long chunk', async () => {
    const { client } = await startEngine();
    const { session } = await client.call('listen.open', { sampleRateHz: 16_000 });
    const order: string[] = [];
    const random = createRandom(1);
    const long = Float32Array.from({ length: 160_000 }, () => random.between(-0.1, 0.1));
    const push = client.call('listen.push', { session, samples: long }).then(() => order.push('push'));
    await client.call('models.list', {}).then(() => order.push('list'));
    await push;
    expect(order).toEqual(['list', 'push']);
  });
});
