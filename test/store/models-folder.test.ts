import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ModelsFolder } from '../../src/store/models-folder.ts';
import { temporaryFolder } from '../temporary-folder.ts';

describe('ModelsFolder', () => {
  it('lists the models of both folders by id, the user’s in place of a shipped one', async () => {
    const root = await temporaryFolder();
    const [shipped, own] = [join(root, 'shipped'), join(root, 'own')];
    await mkdir(shipped);
    await mkdir(join(own, 'folder.onnx'), { recursive: true });
    await writeFile(join(shipped, 'heed-en.onnx'), 'old');
    await writeFile(join(shipped, 'README.md'), '');
    await writeFile(join(own, 'heed-en.onnx'), 'newer');
    await writeFile(join(own, 'a.onnx'), 'a');
    await writeFile(join(own, '.hidden.onnx'), '');
    const listed = await new ModelsFolder([shipped, own]).list();
    expect(listed.map(({ id, path, bytes }) => ({ id, path, bytes }))).toEqual([
      { id: 'a', path: join(own, 'a.onnx'), bytes: 1 },
      { id: 'heed-en', path: join(own, 'heed-en.onnx'), bytes: 5 },
    ]);
  });

  it('is empty where the folders are not there', async () => {
    expect(await new ModelsFolder(['/no/such/folder']).list()).toEqual([]);
  });

  it('finds nothing outside its folders, whatever the id', async () => {
    const root = await temporaryFolder();
    await mkdir(join(root, 'models'));
    await writeFile(join(root, 'secret.onnx'), '');
    const folder = new ModelsFolder([join(root, 'models')]);
    for (const id of ['../secret', join(root, 'secret'), '', '.', '__proto__'])
      expect(await folder.find(id)).toBeUndefined();
  });
});
