import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readModel } from '../../src/model/onnx/read.ts';
import { randomModel } from '../model/random-model.ts';
import { startEngine } from './test-engine.ts';

/** Far from the numbers that float32 tells apart: no two programs agree on such a network. */
function extremeModel() {
  const model = randomModel({ hiddenSize: 16 });
  return { ...model, parameters: { ...model.parameters, values: model.parameters.values.map((value) => 1e8 * value) } };
}

describe('export', () => {
  it('writes a file and says how large it is, and how far from Heed’s own answers', async () => {
    const { client, modelFile, root } = await startEngine();
    const out = join(root, 'word.onnx');
    const { file, bytes, maxDifference } = await client.call('export', { model: modelFile, form: 'audio', out });
    expect(file).toBe(out);
    expect((await readFile(out)).length).toBe(bytes);
    expect(maxDifference).toBeLessThanOrEqual(1e-4);
  });

  it('writes a clip form that Heed itself can go on with', async () => {
    const { client, modelFile, root } = await startEngine();
    const out = join(root, 'clip.onnx');
    await client.call('export', { model: modelFile, form: 'clip', out });
    expect(readModel(await readFile(out), out)).toEqual(readModel(await readFile(modelFile), modelFile));
  });

  it('leaves what stood there, and nothing else, where ONNX Runtime disagrees', async () => {
    const { client, modelFile, root } = await startEngine(extremeModel());
    const out = join(root, 'word.onnx');
    await writeFile(out, 'kept');
    const before = await readdir(root);
    await expect(client.call('export', { model: modelFile, form: 'clip', out })).rejects.toMatchObject({
      code: 'export-differs',
    });
    expect(await readFile(out, 'utf8')).toBe('kept');
    expect(await readdir(root)).toEqual(before);
  });

  it('refuses an export as a model, and says what it is', async () => {
    const { client, modelFile, root } = await startEngine();
    const out = join(root, 'small.onnx');
    await client.call('export', { model: modelFile, form: 'clip', int8: true, out });
    await expect(client.call('inspect', { file: out })).rejects.toMatchObject({
      code: 'model-unsupported',
      message: expect.stringContaining('exported for other programs') as string,
    });
  });
});

describe('models.export', () => {
  it('answers the same bytes to a window, with a name to save them under', async () => {
    const { client, modelFile, root } = await startEngine();
    const out = join(root, 'stream.onnx');
    await client.call('export', { model: modelFile, form: 'stream-audio', int8: true, out });
    const answer = await client.call('models.export', { modelId: 'heed-en', form: 'stream-audio', int8: true });
    expect(answer.fileName).toBe('heed-en-stream-audio-int8.onnx');
    expect(Buffer.from(answer.bytes).equals(await readFile(out))).toBe(true);
  });
});
