import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { loadModel, saveModel } from '../../src/model/model-file.ts';
import { MAX_MODEL_BYTES } from '../../src/model/onnx/decode.ts';
import { writeModel } from '../../src/model/onnx/write.ts';
import { parameterSet } from '../../src/nn/parameters.ts';
import { randomModel } from './random-model.ts';
import { mountSmallDisk } from '../small-disk.ts';

describe('a model file', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'heed-model-'));
  });
  afterEach(() => {
    rmSync(folder, { recursive: true });
  });

  it('is loaded as it was saved', async () => {
    const path = join(folder, 'new', 'words.onnx');
    const model = randomModel({ layerCount: 2 });
    await saveModel(path, model);
    expect(await loadModel(path)).toEqual(model);
    expect(readFileSync(path).equals(writeModel(model))).toBe(true);
  });

  it('stays as it was when its successor cannot be written as a model', async () => {
    const path = join(folder, 'words.onnx');
    const model = randomModel();
    await saveModel(path, model);
    const diverged = parameterSet(model.shape, 'float32', Float32Array.from(model.parameters.values).fill(NaN));
    await expect(saveModel(path, { ...model, parameters: diverged })).rejects.toMatchObject({ code: 'model-format' });
    expect(await loadModel(path)).toEqual(model);
  });

  it('stays as it was when the disk is full', async ({ skip }) => {
    const disk = mountSmallDisk(folder) ?? skip('a small disk can be mounted only by root on Linux');
    try {
      const path = join(disk, 'words.onnx');
      await saveModel(path, randomModel());
      await expect(saveModel(path, randomModel({ hiddenSize: 100 }))).rejects.toMatchObject({
        code: 'file-unwritable',
        message: expect.stringContaining('the disk is full; nothing that was there is lost') as unknown,
      });
      expect(await loadModel(path)).toEqual(randomModel());
      expect(readdirSync(disk)).toEqual(['words.onnx']);
    } finally {
      execFileSync('umount', [disk]);
    }
  });

  it('that is missing, a folder, or no file at all is refused in one sentence', async () => {
    await expect(loadModel(join(folder, 'none.onnx'))).rejects.toMatchObject({ code: 'model-missing' });
    await expect(loadModel(folder)).rejects.toMatchObject({ code: 'file-unreadable' });
    if (process.platform !== 'win32')
      await expect(loadModel('/dev/zero')).rejects.toMatchObject({ code: 'model-format' });
  });

  it('that is torn is refused by its name', async () => {
    const path = join(folder, 'words.onnx');
    await saveModel(path, randomModel());
    truncateSync(path, 1000);
    await expect(loadModel(path)).rejects.toMatchObject({
      code: 'model-format',
      message: expect.stringMatching(/^words\.onnx cannot be used as a model/) as unknown,
    });
  });

  it('larger than any model is refused without being read', async () => {
    const path = join(folder, 'huge.onnx');
    writeFileSync(path, '');
    truncateSync(path, MAX_MODEL_BYTES + 1); // a sparse file: it takes no room
    await expect(loadModel(path)).rejects.toMatchObject({ code: 'model-format' });
  });
});
