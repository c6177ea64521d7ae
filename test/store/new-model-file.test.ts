import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import fc from 'fast-check';
import { beforeEach, describe, expect, it } from 'vitest';
import { ModelsFolder } from '../../src/store/models-folder.ts';
import { newModelFile } from '../../src/store/new-model-file.ts';
import { temporaryFolder } from '../temporary-folder.ts';

describe('the place for a new model', () => {
  let own: string;
  let models: ModelsFolder;

  beforeEach(async () => {
    const root = await temporaryFolder();
    const shipped = join(root, 'shipped');
    own = join(root, 'own');
    for (const folder of [shipped, own]) await mkdir(folder);
    await writeFile(join(shipped, 'heed-en.onnx'), '');
    await writeFile(join(own, 'Kitchen.onnx'), '');
    await writeFile(join(own, 'kitchen 2.onnx'), '');
    models = new ModelsFolder([shipped, own]);
  });

  it.each([
    ['doorbell.onnx', 'doorbell'],
    ['doorbell', 'doorbell'],
    ['heed-en.onnx', 'heed-en 2'],
    ['kitchen.ONNX', 'kitchen 3'],
    ['../../etc/passwd.onnx', 'passwd'],
    ['C:\\models\\türe.onnx', 'türe'],
    ['a<b>:"c|?*.onnx', 'abc'],
    ['.onnx', 'imported'],
    ['..', 'imported'],
    ['\n', 'imported'],
    ['x'.repeat(300), 'x'.repeat(60)],
  ])('for %j is %j', async (name, id) => {
    expect(await newModelFile(models, own, name)).toEqual({ id, path: join(own, `${id}.onnx`) });
  });

  it('is always in the folder of the user’s own, whatever the name', async () => {
    await fc.assert(
      fc.asyncProperty(fc.string(), async (name) => {
        const { id, path } = await newModelFile(models, own, name);
        expect(dirname(path)).toBe(own);
        expect(path).toBe(join(own, `${id}.onnx`));
        expect(id.startsWith('.')).toBe(false);
      }),
      { seed: 20261123, numRuns: 200 },
    );
  });
});
