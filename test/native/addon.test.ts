import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { loadAddon, loadAddonFrom } from '../../src/native/addon.ts';
import { startEngine } from '../engine/test-engine.ts';
import { temporaryFolder } from '../temporary-folder.ts';
import { addCorpus } from '../training/sound-folders.ts';
import { addon } from './load.ts';

/** A folder deep inside one that has this as its binary: a file's content, or a package's code. */
async function folderWithBinary({ file, code }: { file?: string; code?: string }): Promise<string> {
  const root = await temporaryFolder();
  const binary = join(root, 'build', 'native', 'heed.node');
  await mkdir(join(root, 'src', 'native'), { recursive: true });
  await mkdir(file === undefined ? binary : join(binary, '..'), { recursive: true });
  if (file !== undefined) await writeFile(binary, file);
  else await writeFile(join(binary, 'index.js'), code!);
  return join(root, 'src', 'native');
}

describe('loading the native core', () => {
  afterEach(() => vi.unstubAllEnvs());

  it.each(['{}', '{ version: 1 }', '{ version: 1e9 }', "{ version: '3' }", 'function () {}'])(
    'refuses a binary that was built from another version: %s',
    async (surface) => {
      const folder = await folderWithBinary({ code: `module.exports = ${surface};` });
      expect(loadAddonFrom(folder)).toEqual({
        missing: expect.stringContaining('another version of Heed; run `npm run build:native`'),
      });
    },
  );

  it.each(['', 'no library', '\x7fELF'])('refuses a file that is no binary: %j', async (file) => {
    expect(loadAddonFrom(await folderWithBinary({ file }))).toEqual({ missing: expect.stringMatching(/./) });
  });

  it('says how to build it where there is none', async () => {
    const folder = await temporaryFolder();
    expect(loadAddonFrom(folder)).toEqual({ missing: expect.stringContaining('`npm run build:native`') });
  });

  it.skipIf(!addon)('finds the one that was built here', () => {
    expect(loadAddon()).toEqual({ addon });
  });

  it('leaves the work to TypeScript where HEED_NATIVE is off, and the engine says so once', async () => {
    vi.stubEnv('HEED_NATIVE', 'off');
    const { client, root, messages, modelFile } = await startEngine();
    expect(await client.call('describe', {})).toMatchObject({ backend: 'typescript' });
    await addCorpus(root, 1, 1);
    for (let i = 0; i < 2; i++) await client.call('evaluate', { folder: join(root, 'validation'), model: modelFile });
    expect(messages.filter((message) => message.includes('native core'))).toEqual([
      'The native core does not serve (HEED_NATIVE switches it off), so this takes longer.',
    ]);
  });
});
