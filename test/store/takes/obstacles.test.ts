import { execFileSync } from 'node:child_process';
import { readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { TakesStore } from '../../../src/store/takes/takes-store.ts';
import { mountSmallDisk } from '../../small-disk.ts';
import { temporaryFolder } from '../../temporary-folder.ts';
import { newTake } from './new-take.ts';
import { contents, openStore, takeFiles } from './open-store.ts';

/** A data folder on a disk of 64 KB, where one can be mounted. */
async function smallHome(skip: (reason: string) => never): Promise<{ disk: string; home: string }> {
  const disk = mountSmallDisk(await temporaryFolder()) ?? skip('a small disk can be mounted only by root on Linux');
  onTestFinished(() => void execFileSync('umount', ['--lazy', disk]));
  return { disk, home: join(disk, 'home') };
}

describe('a disk that fills up', () => {
  it('is told in a sentence, loses no take, and is used again once there is room', async ({ skip }) => {
    const { disk, home } = await smallHome(skip);
    const { store } = openStore(home);
    await store.addTake(newTake('a', 1));
    await store.addTake(newTake('b', 2));
    await writeFile(join(disk, 'filler'), new Uint8Array(20_000));
    const [before, files] = [await contents(store), takeFiles(home)];
    const refusal = store.addTakes(Array.from({ length: 8 }, (_, seed) => newTake('c', seed)));
    await expect(refusal).rejects.toMatchObject({
      code: 'file-unwritable',
      message: expect.stringContaining('the disk is full; nothing that was there is lost') as unknown,
    });
    expect(await contents(store)).toEqual(before);
    expect(takeFiles(home)).toEqual(files);

    // To the last byte: now nothing can be written at all, not even a list of what is there.
    for (let size = 4096; size >= 1; size /= 4)
      for (let i = 0; i < 20; i++)
        await writeFile(join(disk, `full ${size} ${i}`), new Uint8Array(size)).catch(() => {});
    await expect(store.renameWord('a', 'z')).rejects.toMatchObject({ code: 'file-unwritable' });
    await expect(store.deleteWord('b')).rejects.toMatchObject({ code: 'file-unwritable' });
    expect(await contents(store)).toEqual(before);
    expect(takeFiles(home)).toEqual(files);

    for (const name of await readdir(disk)) if (name !== 'home') await rm(join(disk, name));
    await store.renameWord('a', 'z');
    await store.close();
    const { store: next, messages } = openStore(home);
    expect((await next.listTakes()).map(({ label }) => label)).toEqual(['z', 'b']);
    expect(messages).toEqual([]);
  });
});

describe('a folder that cannot be written', () => {
  it('shows its takes, and says why nothing can be changed', async ({ skip }) => {
    const { disk, home } = await smallHome(skip);
    const { store } = openStore(home);
    const { id } = await store.addTake(newTake('a'));
    const before = await store.listTakes();
    await store.close();
    execFileSync('mount', ['-o', 'remount,ro', disk]);
    const { store: next } = openStore(home);
    expect((await next.listWords()).readOnly).toMatch(/not writable; choose another, or change its permissions/);
    expect(await next.listTakes()).toEqual(before);
    expect((await next.sound(id)).samples).toHaveLength(3200);
    await expect(next.deleteTakes([id])).rejects.toMatchObject({ code: 'file-unwritable' });
    await expect(next.addTake(newTake('a'))).rejects.toMatchObject({ code: 'file-unwritable' });
    execFileSync('mount', ['-o', 'remount,rw', disk]);
    await next.deleteTakes([id]);
    expect((await next.listWords()).readOnly).toBeUndefined();
  });

  it('is told where a file stands in its place', async () => {
    const home = join(await temporaryFolder(), 'file');
    await writeFile(home, '');
    const store = new TakesStore(home, () => {});
    expect((await store.listWords()).readOnly).toContain(home);
    await expect(store.addTake(newTake('a'))).rejects.toMatchObject({ code: 'file-unwritable' });
  });
});

describe('two Heeds on the same takes', () => {
  it('let the second look but not touch, until the first is closed', async () => {
    const home = await temporaryFolder();
    const { store: first } = openStore(home);
    const { store: second } = openStore(home);
    const { id } = await first.addTake(newTake('a'));
    expect((await second.listWords()).readOnly).toMatch(/Another Heed is open/);
    expect(await second.listTakes()).toMatchObject([{ id, label: 'a' }]);
    expect((await second.sound(id)).samples).toHaveLength(3200);
    await expect(second.deleteTakes([id])).rejects.toMatchObject({ code: 'in-use' });
    await expect(second.undo()).rejects.toMatchObject({ code: 'in-use' });

    await first.renameWord('a', 'b');
    expect((await second.listWords()).words[0]).toMatchObject({ label: 'b', takeCount: 1 });

    await first.close();
    expect(await second.undo()).toMatchObject({ kind: 'rename-word' });
    expect((await second.listWords()).readOnly).toBeUndefined();
    await expect(first.addTake(newTake('a'))).rejects.toMatchObject({ code: 'in-use' });
  });
});
