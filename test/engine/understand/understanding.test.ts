import { describe, expect, it } from 'vitest';
import { calls } from '../../../src/engine/contract/calls.ts';
import { DEFAULT_FEATURE_SETTINGS, windowLength } from '../../../src/features/settings.ts';
import { randomModel } from '../../model/random-model.ts';
import { synthesise } from '../../sounds/synthesise.ts';
import { startEngine } from '../test-engine.ts';
import { addTakes } from '../teach/teach-sounds.ts';

const sum = (matrix: readonly (readonly number[])[]): number =>
  matrix.flat().reduce((total, count) => total + count, 0);

describe('the matrix of the user’s takes', () => {
  it('counts every take where the model heard it, and names the takes behind each cell, the least sure first', async () => {
    const { client } = await startEngine();
    const yes = await addTakes(client, 'chirp', 4, 'yes');
    await addTakes(client, 'hum', 3, 'lamp on');
    const answer = await client.call('understand.matrix', {});
    expect(calls['understand.matrix'].output.parse(answer)).toEqual(answer);
    expect(answer.labels.slice(0, 5)).toEqual(randomModel().labels);
    expect(answer.labels[5]).toBe('lamp on');
    expect(sum(answer.matrix)).toBe(7);
    expect(answer.takes.map(({ score }) => score)).toEqual(
      answer.takes.map(({ score }) => score).sort((a, b) => a - b),
    );
    for (const [row, word] of answer.labels.entries())
      for (const [column, heard] of answer.labels.entries()) {
        const behind = answer.takes.filter((take) => take.word === word && take.answer === heard);
        expect(behind.length, `${word} as ${heard}`).toBe(answer.matrix[row]![column]);
      }
    for (const { takeId, answer: heard, score } of answer.takes) {
      const sound = await client.call('takes.sound', { id: takeId });
      const recognition = await client.call('recognizeSound', { sound });
      expect([heard, score]).toEqual([recognition.label, recognition.score]);
    }

    await client.call('takes.leaveOut', { ids: [yes[0]!], leftOut: true });
    const without = await client.call('understand.matrix', {});
    expect(sum(without.matrix)).toBe(6);
    expect(without.takes.find(({ takeId }) => takeId === yes[0])).toMatchObject({ leftOut: true });
  });

  it('says what each word’s threshold costs, with the threshold that the user chose', async () => {
    const { client } = await startEngine();
    await addTakes(client, 'chirp', 4, 'yes');
    await addTakes(client, 'hum', 3, 'nö');
    await client.call('listen.threshold', { modelId: 'heed-en', label: 'yes', threshold: 0.35 });
    const { curves } = await client.call('understand.matrix', {});
    expect(curves.map(({ label, threshold, takes, others }) => [label, threshold, takes, others])).toEqual([
      ['yes', 0.35, 4, 3],
      ['nö', 0.8, 3, 4],
      ['<&"\\', 0.8, 0, 7],
    ]);
    for (const { points } of curves)
      for (const [i, point] of points.entries()) {
        if (i === 0) continue;
        expect(point.missed).toBeGreaterThanOrEqual(points[i - 1]!.missed);
        expect(point.falseAlarms).toBeLessThanOrEqual(points[i - 1]!.falseAlarms);
      }
  });

  it('is empty, and no error, without any take; and of held-out takes where no lesson held any out', async () => {
    const { client } = await startEngine();
    expect(await client.call('understand.matrix', {})).toMatchObject({ takes: [], skipped: [] });
    await addTakes(client, 'chirp', 4, 'yes');
    expect(await client.call('understand.matrix', { of: 'held-out' })).toMatchObject({ takes: [], heldOutCount: 0 });
  });
});

describe('one take, frame by frame', () => {
  it('ends in the very posteriors that recognising it gives, and has gates between 0 and 1', async () => {
    const model = { ...randomModel({ layerCount: 2 }) };
    const { client } = await startEngine(model);
    const [id] = await addTakes(client, 'chirp', 1, 'yes');
    const clip = await client.call('understand.clip', { takeId: id! });
    expect(calls['understand.clip'].output.parse(clip)).toEqual(clip);
    const sound = await client.call('takes.sound', { id: id! });
    const { scores, label } = await client.call('recognizeSound', { sound });
    expect(clip.answer).toBe(label);
    const last = [...clip.posteriors.slice(-clip.labels.length)];
    clip.labels.forEach((each, i) => expect(last[i]).toBeCloseTo(scores[each]!, 5));

    const { frames, units, bands, coefficients } = clip;
    expect([frames, units]).toEqual([model.features.windowFrames, model.shape.hiddenSize]);
    expect(clip.logMel.length).toBe(frames * bands);
    expect(clip.mfcc.length).toBe(frames * coefficients);
    expect(clip.layers.length).toBe(2);
    expect(clip.attention).toBeNull();
    for (const gates of clip.layers) {
      expect(gates.map(({ name }) => name)).toEqual(['update', 'reset']);
      for (const { values } of gates) {
        expect(values.length).toBe(frames * units);
        expect(values.every((value) => value >= 0 && value <= 1)).toBe(true);
      }
    }
  });

  it.each([
    ['rnn', []],
    ['lstm', ['input', 'forget', 'output']],
    ['mgu', ['forget']],
  ] as const)('has the gates of the model’s cell (%s)', async (cell, gates) => {
    const { client } = await startEngine(randomModel({ cell }));
    const [id] = await addTakes(client, 'chirp', 1, 'yes');
    const { layers } = await client.call('understand.clip', { takeId: id! });
    expect(layers[0]!.map(({ name }) => name)).toEqual(gates);
  });

  it.each([
    ['attention', 1],
    ['multi-head', 4],
  ] as const)('has what each head takes of each frame, where the model pools by %s', async (pooling, heads) => {
    const model = randomModel({ pooling, hiddenSize: 8 });
    const { client } = await startEngine(model);
    const [id] = await addTakes(client, 'chirp', 1, 'yes');
    const clip = await client.call('understand.clip', { takeId: id! });
    expect(calls['understand.clip'].output.parse(clip)).toEqual(clip);
    const { weights } = clip.attention!;
    expect([clip.attention!.heads, weights.length]).toEqual([heads, heads * clip.frames]);
    expect(weights.reduce((sum, weight) => sum + weight, 0)).toBeCloseTo(heads, 4);
    const sound = await client.call('takes.sound', { id: id! });
    const { scores } = await client.call('recognizeSound', { sound });
    const last = [...clip.posteriors.slice(-clip.labels.length)];
    clip.labels.forEach((each, i) => expect(last[i]).toBeCloseTo(scores[each]!, 5));
  });

  it('shows the window that was heard: the loudest of a longer take, and silence after a shorter one', async () => {
    const { client } = await startEngine({
      ...randomModel(),
      features: { ...DEFAULT_FEATURE_SETTINGS, coefficients: 5 },
    });
    const long = new Float32Array(40_000);
    long.set(synthesise('hum', 1), 16_000);
    const samples = synthesise('hum', 1).slice(0, 8000);
    const add = async (taken: Float32Array): Promise<string> =>
      (await client.call('takes.add', { label: 'yes', sound: { samples: taken, sampleRateHz: 16_000 } })).id;
    const length = windowLength(DEFAULT_FEATURE_SETTINGS);
    const ofLong = await client.call('understand.clip', { takeId: await add(long) });
    expect(ofLong.takeMs).toBe(2500);
    expect(ofLong.windowStartMs).toBeGreaterThan(900);
    expect(ofLong.samples.length).toBe(length);
    const ofShort = await client.call('understand.clip', { takeId: await add(samples) });
    expect(ofShort.windowStartMs).toBe(0);
    expect(ofShort.samples.slice(8000).every((sample) => sample === 0)).toBe(true);
  });

  it('says so where there is no such take or model', async () => {
    const { client } = await startEngine();
    await expect(client.call('understand.clip', { takeId: 'none' })).rejects.toThrow();
    await expect(client.call('understand.matrix', { modelId: 'none' })).rejects.toMatchObject({
      code: 'model-missing',
    });
  });
});
