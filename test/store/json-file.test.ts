import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { JsonFile } from '../../src/store/json-file.ts';
import { temporaryFolder } from '../temporary-folder.ts';

interface Counter {
  readonly count: number;
}

async function counterFile(): Promise<{ path: string; messages: string[]; open: () => JsonFile<Counter> }> {
  const path = join(await temporaryFolder(), 'deep', 'counter.json');
  const messages: string[] = [];
  const parse = (value: unknown): Counter => {
    const count = (value as Counter | null)?.count;
    if (typeof count !== 'number') throw new Error('no count');
    return { count };
  };
  const open = (): JsonFile<Counter> =>
    new JsonFile({ path, initial: { count: 0 }, parse, onBroken: (message) => messages.push(message) });
  return { path, messages, open };
}

const increment = ({ count }: Counter): Counter => ({ count: count + 1 });

describe('JsonFile', () => {
  it('has its initial value while there is no file, and makes none by reading', async () => {
    const { path, messages, open } = await counterFile();
    expect(await open().get()).toEqual({ count: 0 });
    await expect(readFile(path)).rejects.toThrow('ENOENT');
    expect(messages).toEqual([]);
  });

  it('keeps a change for the next one who opens it', async () => {
    const { open } = await counterFile();
    await open().update(increment);
    expect(await open().get()).toEqual({ count: 1 });
  });

  it('loses none of many changes at once', async () => {
    const { open } = await counterFile();
    const file = open();
    await Promise.all(Array.from({ length: 20 }, () => file.update(increment)));
    expect(await open().get()).toEqual({ count: 20 });
  });

  it('does not undo what another program changed meanwhile', async () => {
    const { open } = await counterFile();
    const file = open();
    await file.get();
    await open().update(() => ({ count: 41 }));
    expect(await file.update(increment)).toEqual({ count: 42 });
  });

  it.each(['', '{', '[]', '{"count":"three"}', '\u0000\u0000'])(
    'moves a file that holds %j aside, says so once, and goes on with the initial value',
    async (contents) => {
      const { path, messages, open } = await counterFile();
      await mkdir(join(path, '..'));
      await writeFile(path, contents);
      const file = open();
      expect(await file.get()).toEqual({ count: 0 });
      expect(await file.update(increment)).toEqual({ count: 1 });
      expect(await readFile(`${path}.broken`, 'utf8')).toBe(contents);
      expect(messages).toEqual([expect.stringContaining(`${path}.broken`)]);
    },
  );

  it('keeps the old value, here and on disk, where the new one cannot be saved', async () => {
    const { path, open } = await counterFile();
    const file = open();
    await file.update(increment);
    // JSON has no such number.
    await expect(file.update(() => ({ count: 2n as never }))).rejects.toThrow('BigInt');
    expect(await file.get()).toEqual({ count: 1 });
    expect(await open().get()).toEqual({ count: 1 });
    expect(await readdir(join(path, '..'))).toEqual(['counter.json']);
    expect(await file.update(increment)).toEqual({ count: 2 });
  });
});

it('names what could not be saved as a person would', async () => {
  // The longest name there can be leaves none for the temporary file beside it.
  const path = join(await temporaryFolder(), `${'x'.repeat(250)}.json`);
  const file = new JsonFile({ path, name: 'The lesson', initial: 0, parse: Number, onBroken: () => {} });
  await expect(file.update(() => 1)).rejects.toMatchObject({
    code: 'file-unwritable',
    message: expect.stringMatching(/^The lesson could not be saved: /),
  });
});
