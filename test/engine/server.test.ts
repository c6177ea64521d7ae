import fc from 'fast-check';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { writeWav } from '../../src/audio/wav-write.ts';
import { calls, type CallName } from '../../src/engine/contract/calls.ts';
import { featureHash } from '../../src/features/settings.ts';
import { saveModel } from '../../src/model/model-file.ts';
import { HEED_VERSION } from '../../src/version.ts';
import { randomModel } from '../model/random-model.ts';
import { noise, startEngine } from './test-engine.ts';

const callNames = Object.keys(calls) as CallName[];

describe('the engine', () => {
  it('says what it is', async () => {
    const { client } = await startEngine();
    expect(await client.call('describe', {})).toEqual({ version: HEED_VERSION, backend: expect.any(String) as string });
  });

  it('answers a call it does not know with an error', async () => {
    const { engine } = await startEngine();
    for (const name of ['nonsense', '', '__proto__', 'constructor', 'toString'])
      expect(await engine.dispatch(name, {}, 'local')).toMatchObject({ ok: false, error: { code: 'usage' } });
  });

  it('lets a window make no call that names files', async () => {
    const { engine, modelFile } = await startEngine();
    for (const name of callNames.filter((name) => calls[name].reach === 'local'))
      expect(await engine.dispatch(name, { file: modelFile }, 'window')).toMatchObject({
        ok: false,
        error: { code: 'unauthorised' },
      });
  });

  it('answers any input to any call with a value or a coded error, and never rejects', async () => {
    const { engine } = await startEngine();
    const windowCalls = callNames.filter((name) => calls[name].reach === 'window');
    const input = fc.oneof(
      fc.anything(),
      fc.record({ session: fc.string(), samples: fc.constant(noise(10)), id: fc.string(), modelId: fc.string() }),
      fc.record({ sampleRateHz: fc.double(), sound: fc.anything(), threshold: fc.double(), label: fc.string() }),
    );
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...windowCalls), input, async (name, value) => {
        const answer = await engine.dispatch(name, value, 'window');
        if (!answer.ok) {
          expect(answer.error.code).not.toBe('internal');
          expect(answer.error.message).toMatch(/^[A-Z].*\.$/);
        }
      }),
      { seed: 1, numRuns: 200 },
    );
  });

  it('says which part of an input is wrong', async () => {
    const { client } = await startEngine();
    await expect(client.call('listen.open', { sampleRateHz: 5 })).rejects.toMatchObject({
      code: 'usage',
      message: expect.stringContaining('sampleRateHz') as string,
    });
  });

  it('recognises a file as it recognises the same sound', async () => {
    const { client, root } = await startEngine();
    const file = join(root, 'clip.wav');
    const sound = { samples: noise(3520).map((value) => Math.round(value * 32_767) / 32_768), sampleRateHz: 16_000 };
    await writeFile(file, writeWav(sound));
    const fromFile = await client.call('recognize', { file });
    const { scores, label, score, warnings } = await client.call('recognizeSound', { sound });
    expect(fromFile.label).toBe(label);
    expect(fromFile.score).toBeCloseTo(score, 3);
    expect(scores[label]).toBe(score);
    expect(Object.values(scores).reduce((sum, value) => sum + value, 0)).toBeCloseTo(1, 5);
    expect(warnings).toEqual([]);
  });

  it('recognises a ten-minute recording and a 10 ms one, with a warning each', async () => {
    const { client, root } = await startEngine();
    for (const [name, seconds] of Object.entries({ long: 600, short: 0.01 })) {
      const file = join(root, `${name}.wav`);
      const samples = new Float32Array(seconds * 16_000);
      samples.set(noise(Math.min(samples.length, 1600)));
      await writeFile(file, writeWav({ samples, sampleRateHz: 16_000 }));
      expect((await client.call('recognize', { file })).warnings).toHaveLength(1);
    }
  });

  it.each([
    ['an empty file', new Uint8Array(0), 'wav-format'],
    ['a text file', new TextEncoder().encode('not a sound at all, just words'), 'wav-format'],
    ['a WAV cut mid-header', writeWav({ samples: noise(100), sampleRateHz: 16_000 }).subarray(0, 30), 'wav-format'],
  ])('names the file where it is %s', async (_, bytes, code) => {
    const { client, root } = await startEngine();
    const file = join(root, 'bad.wav');
    await writeFile(file, bytes);
    await expect(client.call('recognize', { file })).rejects.toMatchObject({
      code,
      message: expect.stringContaining(file) as string,
    });
  });

  it('reads what is there of a WAV cut mid-data, and says so', async () => {
    const { client, root } = await startEngine();
    const file = join(root, 'torn.wav');
    await writeFile(file, writeWav({ samples: noise(16_000), sampleRateHz: 16_000 }).subarray(0, 9000));
    const { warnings } = await client.call('recognize', { file });
    expect(warnings[0]).toContain('cut off');
  });

  it('describes a model file', async () => {
    const model = randomModel();
    const { client, modelFile } = await startEngine(model);
    const description = await client.call('inspect', { file: modelFile });
    expect(description).toMatchObject({
      file: modelFile,
      bytes: (await readFile(modelFile)).length,
      labels: model.labels,
      featureHash: featureHash(model.features),
      network: { ...model.shape, parameterCount: model.parameters.values.length },
    });
    expect(calls.inspect.output.parse(description)).toEqual(description);
  });

  it('refuses a model that is missing, and one that is no model', async () => {
    const { client, root } = await startEngine();
    const torn = join(root, 'torn.onnx');
    await writeFile(torn, 'words');
    await expect(client.call('inspect', { file: join(root, 'none.onnx') })).rejects.toMatchObject({
      code: 'model-missing',
    });
    await expect(client.call('inspect', { file: torn })).rejects.toMatchObject({ code: 'model-format' });
    await expect(client.call('listen.open', { sampleRateHz: 16_000, modelId: 'none' })).rejects.toMatchObject({
      code: 'model-missing',
    });
  });

  it('reads a model anew when its file has changed', async () => {
    const { client, modelFile } = await startEngine();
    expect((await client.call('inspect', { file: modelFile })).network.hiddenSize).toBe(6);
    await saveModel(modelFile, randomModel({ hiddenSize: 9 }));
    expect((await client.call('inspect', { file: modelFile })).network.hiddenSize).toBe(9);
  });

  it('lists the models that can be chosen, without those that cannot be read', async () => {
    const { client, home } = await startEngine();
    await mkdir(join(home, 'models'), { recursive: true });
    await saveModel(join(home, 'models', 'mine.onnx'), randomModel({}, 2));
    await writeFile(join(home, 'models', 'torn.onnx'), 'words');
    const { models, inUse } = await client.call('models.list', {});
    expect(models.map(({ id }) => id)).toEqual(['heed-en', 'mine']);
    expect(inUse).toBe('heed-en');
  });

  it('keeps settings for the next start', async () => {
    const { client, engine, home } = await startEngine();
    await client.call('settings.set', { theme: 'dark' });
    await client.call('settings.set', { microphoneId: 'usb' });
    await engine.close();
    expect(await client.call('settings.get', {})).toMatchObject({ theme: 'dark', microphoneId: 'usb' });
    expect(JSON.parse(await readFile(join(home, 'settings.json'), 'utf8'))).toMatchObject({ theme: 'dark' });
  });

  it('does not take a model into use that is not there', async () => {
    const { client } = await startEngine();
    await expect(client.call('settings.set', { modelId: 'gone' })).rejects.toMatchObject({ code: 'model-missing' });
    expect((await client.call('settings.get', {})).modelId).toBe('heed-en');
  });

  it('goes on with the defaults where the settings are broken, with one message', async () => {
    const { client, home, messages } = await startEngine();
    await mkdir(home);
    await writeFile(join(home, 'settings.json'), '{"theme": "purple"}');
    expect((await client.call('settings.get', {})).theme).toBe('system');
    await client.call('models.list', {});
    expect(messages).toHaveLength(1);
  });

  it('takes settings of an older Heed, which lack what came later', async () => {
    const { client, home, messages } = await startEngine();
    await mkdir(home);
    await writeFile(join(home, 'settings.json'), '{"theme": "light"}');
    expect(await client.call('settings.get', {})).toMatchObject({ theme: 'light', modelId: 'heed-en' });
    expect(messages).toEqual([]);
  });
});
