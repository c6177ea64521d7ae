import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { writeWav } from '../../src/audio/wav-write.ts';
import { createMeydaExtractor } from '../../src/features/meyda-extractor.ts';
import { FORM_RUNS } from '../../src/model/export/form-runs.ts';
import { probeSounds } from '../../src/model/export/probe-sounds.ts';
import { withOnnxSession } from '../../src/model/onnx-session.ts';
import { readModel } from '../../src/model/onnx/read.ts';
import { softmaxRows } from '../../src/nn/softmax.ts';
import { randomModel } from '../model/random-model.ts';
import { randomStates } from '../model/random-states.ts';
import { startEngine } from './test-engine.ts';

/** Far from the numbers that float32 tells apart: no two programs agree on such a network. */
function extremeModel() {
  const model = randomModel({ hiddenSize: 16 });
  return { ...model, parameters: { ...model.parameters, values: model.parameters.values.map((value) => 1e8 * value) } };
}

const EXAMPLE_FOLDER = [
  'README.md',
  'heed-model.mjs',
  'heed_model.py',
  'index.html',
  'labels.txt',
  'listen.py',
  'model.onnx',
  'package.json',
  'recognise.mjs',
  'recognise.py',
];

/** The names in a zip's central directory. */
function zipNames(bytes: Uint8Array): string[] {
  const zip = Buffer.from(bytes);
  const names: string[] = [];
  for (let at = 0; (at = zip.indexOf('PK\x01\x02', at, 'latin1')) !== -1; at++)
    names.push(zip.toString('utf8', at + 46, at + 46 + zip.readUInt16LE(at + 28)));
  return names;
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
    const { client, modelFile, root } = await startEngine({ ...randomModel(), states: randomStates(6) });
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

  it('fills a new folder with the model, its labels and examples', async () => {
    const { client, modelFile, root } = await startEngine();
    const [out, folder] = [join(root, 'word.onnx'), join(root, 'new', 'folder')];
    const answer = await client.call('export', { model: modelFile, form: 'stream', out, folder });
    expect(answer.folder).toBe(folder);
    expect((await readdir(folder)).sort()).toEqual(EXAMPLE_FOLDER);
    expect(await readFile(join(folder, 'model.onnx'))).toEqual(await readFile(out));
    expect(await readFile(join(folder, 'labels.txt'), 'utf8')).toBe(`${randomModel().labels.join('\n')}\n`);
  });

  it('fills a folder beside the file where none is named, and none where only the file is wanted', async () => {
    const { client, modelFile, root } = await startEngine();
    const [first, second] = [join(root, 'word.onnx'), join(root, 'other.onnx')];
    const { folder } = await client.call('export', { model: modelFile, form: 'audio', out: first });
    expect(folder).toBe(join(root, 'word'));
    expect((await readdir(folder!)).sort()).toEqual(EXAMPLE_FOLDER);
    const before = (await readdir(root)).length;
    const alone = await client.call('export', { model: modelFile, form: 'audio', out: second, fileOnly: true });
    expect(alone.folder).toBeNull();
    expect((await readdir(root)).length).toBe(before + 1);
  });

  it('takes the same folder for the same examples, and another beside changed ones or strange files', async () => {
    const { client, modelFile, root } = await startEngine();
    const out = join(root, 'word.onnx');
    const fill = async (form: 'clip' | 'stream', int8: boolean): Promise<string> =>
      (await client.call('export', { model: modelFile, form, int8, out })).folder!;
    const folder = await fill('clip', false);
    await writeFile(join(folder, 'recording.wav'), 'mine');
    expect(await fill('clip', true)).toBe(folder);
    expect(await readFile(join(folder, 'model.onnx'))).toEqual(await readFile(out));
    expect(await fill('stream', false)).toBe(`${folder}-2`);
    await writeFile(join(folder, 'listen.py'), 'changed by hand');
    expect(await fill('clip', false)).toBe(`${folder}-3`);
    expect(await readFile(join(folder, 'listen.py'), 'utf8')).toBe('changed by hand');
    expect(await readFile(join(folder, 'recording.wav'), 'utf8')).toBe('mine');
  });

  it('writes nothing where the folder holds something already', async () => {
    const { client, modelFile, root } = await startEngine();
    const [out, folder] = [join(root, 'word.onnx'), join(root, 'mine')];
    await mkdir(folder);
    await writeFile(join(folder, 'recognise.py'), 'changed by hand');
    const request = client.call('export', { model: modelFile, form: 'clip', out, folder });
    await expect(request).rejects.toMatchObject({ code: 'usage' });
    expect(await readdir(folder)).toEqual(['recognise.py']);
    await expect(readFile(out)).rejects.toMatchObject({ code: 'ENOENT' });
  });

  it('writes a clip form in eight bits that Heed recognises with as ONNX Runtime does', async () => {
    const { client, modelFile, root } = await startEngine();
    const [out, clip] = [join(root, 'small.onnx'), join(root, 'clip.wav')];
    const sound = { samples: probeSounds([3200], 3)[0]!, sampleRateHz: 16_000 };
    await writeFile(clip, writeWav(sound));
    const { bytes } = await client.call('export', { model: modelFile, form: 'clip', int8: true, out });
    expect(bytes).toBeLessThan((await readFile(modelFile)).length);
    const { scores } = await client.call('recognize', { file: clip, model: out });

    const model = randomModel();
    const extractor = createMeydaExtractor(model.features);
    const [logits] = await withOnnxSession(await readFile(out), (session) =>
      FORM_RUNS.clip.theirs({ run: (feeds) => session.run(feeds) }, model, extractor, [sound.samples]),
    );
    softmaxRows(logits!, model.labels.length, logits!);
    model.labels.forEach((label, i) => expect(scores[label]).toBeCloseTo(logits![i]!, 4));
  });

  it('refuses an export as a model, and says what it is', async () => {
    const { client, modelFile, root } = await startEngine();
    const out = join(root, 'stream.onnx');
    await client.call('export', { model: modelFile, form: 'stream', out });
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

  it('answers the folder with examples as a zip', async () => {
    const { client } = await startEngine();
    const request = { modelId: 'heed-en', form: 'audio', examples: true } as const;
    const { fileName, bytes } = await client.call('models.export', request);
    expect(fileName).toBe('heed-en-audio.zip');
    expect(zipNames(bytes).sort()).toEqual(EXAMPLE_FOLDER.map((name) => `heed-en-audio/${name}`));
  });
});
