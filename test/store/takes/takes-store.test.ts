import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readWav } from '../../../src/audio/wav-read.ts';
import { writeWav } from '../../../src/audio/wav-write.ts';
import { createRandom, type Random } from '../../../src/random.ts';
import type { TakesStore } from '../../../src/store/takes/takes-store.ts';
import { temporaryFolder } from '../../temporary-folder.ts';
import { newTake } from './new-take.ts';
import { bytesOf, contents, openStore, takeFiles } from './open-store.ts';

async function labels(store: TakesStore): Promise<Record<string, number>> {
  const { words } = await store.listWords();
  return Object.fromEntries(words.map(({ label, takeCount }) => [label, takeCount]));
}

/** Cut off, or with one byte changed. */
function spoilt(bytes: Buffer, random: Random): Buffer {
  const at = random.integer(bytes.length);
  if (random.next() < 0.5) return bytes.subarray(0, at);
  const changed = Buffer.from(bytes);
  changed[at] = random.integer(256);
  return changed;
}

const EMPTY = { _unknown_: 0, _background_noise_: 0 };

describe('TakesStore', () => {
  it('keeps a take as a 16-bit WAV in the folder of its word, and knows it after a restart', async () => {
    const home = await temporaryFolder();
    const { store } = openStore(home);
    const added = await store.addTake({ ...newTake('lamp on'), badges: [{ kind: 'clipped' }] });
    expect(added).toMatchObject({ label: 'lamp on', recordedAt: 1000, durationMs: 200, leftOut: false });
    const { sound, bitsPerSample } = readWav(bytesOf(home, `lamp on/${added.id}.wav`), 'take');
    expect([sound.sampleRateHz, sound.samples.length, bitsPerSample]).toEqual([16_000, 3200, 16]);
    await store.close();
    const { store: next } = openStore(home);
    expect(await next.listTakes('lamp on')).toEqual([added]);
    expect((await next.sound(added.id)).samples).toEqual(sound.samples);
  });

  it('keeps words in the order of their making, also without takes', async () => {
    const home = await temporaryFolder();
    const { store } = openStore(home);
    for (const word of ['music', '  lamp   on ', 'a']) await store.addWord(word);
    await store.close();
    expect(Object.keys(await labels(openStore(home).store))).toEqual(['music', 'lamp on', 'a', ...Object.keys(EMPTY)]);
  });

  it.each(['', ' ', '.', '_x', 'a/b', 'a\\b', 'nul', 'x'.repeat(65), 'end.', 'a\u0000b', '💡'.repeat(51)])(
    'refuses %j as a word, and makes no folder',
    async (name) => {
      const home = await temporaryFolder();
      const { store } = openStore(home);
      await expect(store.addWord(name)).rejects.toMatchObject({ code: 'usage' });
      expect(await labels(store)).toEqual(EMPTY);
    },
  );

  it('refuses a word that only case tells from another, but lets a word change its own case', async () => {
    const { store } = openStore(await temporaryFolder());
    await store.addWord('Lamp');
    await expect(store.addWord('lamp')).rejects.toMatchObject({ code: 'usage' });
    await expect(store.addTake(newTake('LAMP'))).rejects.toMatchObject({ code: 'usage' });
    expect(await store.renameWord('Lamp', 'lamp')).toBe('lamp');
    expect(await labels(store)).toEqual({ lamp: 0, ...EMPTY });
  });

  it('keeps other words and background noise under their reserved labels', async () => {
    const home = await temporaryFolder();
    const { store } = openStore(home);
    await store.addTakes([newTake('_unknown_', 1), newTake('_background_noise_', 2)]);
    expect(await labels(store)).toEqual({ _unknown_: 1, _background_noise_: 1 });
    await expect(store.deleteWord('_unknown_')).rejects.toMatchObject({ code: 'usage' });
    await expect(store.addTake(newTake('_other_'))).rejects.toMatchObject({ code: 'usage' });
  });

  it('gives the trimmed sound, and the whole one again', async () => {
    const { store } = openStore(await temporaryFolder());
    const { id } = await store.addTake(newTake('a'));
    await store.trimTake(id, { startMs: 50, endMs: 1000 });
    const whole = await store.sound(id);
    expect((await store.take(id)).trim).toEqual({ startMs: 50, endMs: 200 });
    expect((await store.trimmedSound(id)).samples).toEqual(whole.samples.slice(800, 3200));
    await expect(store.trimTake(id, { startMs: 90, endMs: 100 })).rejects.toMatchObject({ code: 'usage' });
    await store.trimTake(id, undefined);
    expect((await store.trimmedSound(id)).samples).toEqual(whole.samples);
  });

  const operations: Record<string, (store: TakesStore, ids: string[]) => Promise<unknown>> = {
    'adding a word': (store) => store.addWord('new'),
    'renaming a word': (store) => store.renameWord('a', 'c'),
    'merging two words': (store) => store.mergeWords('a', 'b'),
    'merging a word into the other words': (store) => store.mergeWords('a', '_unknown_'),
    'deleting a word': (store) => store.deleteWord('a'),
    'adding takes of a new word': (store) => store.addTakes([newTake('new', 8), newTake('a', 9)]),
    'moving takes': (store, ids) => store.moveTakes(ids, 'b'),
    'moving takes to a new word': (store, ids) => store.moveTakes(ids, 'new'),
    'trimming a take': (store, ids) => store.trimTake(ids[0]!, { startMs: 10, endMs: 90 }),
    'leaving takes out': (store, ids) => store.leaveOut(ids, true),
    'deleting takes': (store, ids) => store.deleteTakes(ids),
  };
  it.each(Object.entries(operations))('takes %s back after a restart, as if it had not been', async (_, operate) => {
    const home = await temporaryFolder();
    const { store } = openStore(home);
    const added = await store.addTakes([newTake('a', 1), newTake('a', 2), newTake('b', 3)]);
    const [before, filesBefore] = [await contents(store), takeFiles(home)];
    const sounds = await Promise.all(added.map(({ id }) => store.sound(id)));
    await operate(
      store,
      added.slice(0, 2).map(({ id }) => id),
    );
    expect(await contents(store)).not.toEqual(before);
    await store.close();

    const { store: next, messages } = openStore(home);
    const peeked = await next.peekUndo();
    expect(await next.undo()).toEqual(peeked);
    expect(await contents(next)).toEqual(before);
    expect(takeFiles(home)).toEqual(filesBefore);
    expect(await Promise.all(added.map(({ id }) => next.sound(id)))).toEqual(sounds);
    expect(await next.peekUndo()).toMatchObject({ kind: 'add-takes', labels: ['a', 'b'], takeCount: 3 });
    expect(messages).toEqual([]);
  });

  it('takes back one operation after the other, the newest first, until nothing is left', async () => {
    const { store } = openStore(await temporaryFolder());
    const { id } = await store.addTake(newTake('a'));
    await store.renameWord('a', 'b');
    await store.moveTakes([id], 'c');
    await store.deleteTakes([id]);
    const kinds: (string | undefined)[] = [];
    for (let i = 0; i < 5; i++) kinds.push((await store.undo())?.kind);
    expect(kinds).toEqual(['delete-takes', 'move-takes', 'rename-word', 'add-takes', undefined]);
    expect(await labels(store)).toEqual(EMPTY);
  });

  it('moves what is deleted, or an addition taken back, to the trash', async () => {
    const home = await temporaryFolder();
    const { store } = openStore(home);
    const [first, second] = await store.addTakes([newTake('a', 1), newTake('a', 2)]);
    await store.deleteTakes([first!.id]);
    await store.undo();
    await store.undo();
    expect(takeFiles(home)).toEqual([]);
    expect((await readdir(join(home, 'trash'))).sort()).toEqual(
      [first, second].map((take) => `${take!.id}.wav`).sort(),
    );
  });

  it('keeps all of an addition or, where it is cancelled or a sound is spoilt, nothing of it', async () => {
    const home = await temporaryFolder();
    const { store } = openStore(home);
    await store.addTake(newTake('b'));
    const filesBefore = takeFiles(home);
    const cancel = { aborted: false };
    const cancelled = store.addTakes([newTake('a', 1), newTake('a', 2), newTake('a', 3)], {
      cancel,
      onAdded: (count) => (cancel.aborted = count === 2),
    });
    await expect(cancelled).rejects.toMatchObject({ code: 'cancelled' });
    const spoilt = { ...newTake('a', 2), samples: Float32Array.of(0, NaN) };
    await expect(store.addTakes([newTake('a', 1), spoilt])).rejects.toMatchObject({ code: 'sound-invalid' });
    expect(await labels(store)).toEqual({ b: 1, ...EMPTY });
    expect(takeFiles(home)).toEqual(filesBefore);
    expect(await readdir(join(home, 'incoming'))).toEqual([]);
  });

  it('does everything that is asked for at once, one after the other', async () => {
    const home = await temporaryFolder();
    const { store } = openStore(home);
    await Promise.all(Array.from({ length: 12 }, (_, seed) => store.addTake(newTake('a', seed + 1))));
    await Promise.all([store.renameWord('a', 'b'), store.addTake(newTake('b', 13))]);
    expect(await labels(store)).toEqual({ b: 13, ...EMPTY });
    expect(takeFiles(home)).toHaveLength(13);
  });
});

describe('files that other programs change', () => {
  it('misses a deleted file in a sentence, and lists the takes that are left', async () => {
    const home = await temporaryFolder();
    const { store } = openStore(home);
    const [gone, kept] = await store.addTakes([newTake('a', 1), newTake('a', 2)]);
    await rm(store.pathOf(gone!));
    await expect(store.sound(gone!.id)).rejects.toMatchObject({
      code: 'file-missing',
      message: expect.stringContaining('another program') as string,
    });
    expect(await store.listTakes()).toEqual([kept]);
  });

  it('takes in files and folders that were put there, and follows a take into another folder', async () => {
    const home = await temporaryFolder();
    const { store } = openStore(home);
    const { id } = await store.addTake(newTake('a'));
    await mkdir(join(home, 'words', 'b'));
    await rename(join(home, 'words', 'a', `${id}.wav`), join(home, 'words', 'b', `${id}.wav`));
    const sound = { samples: new Float32Array(800), sampleRateHz: 8000 };
    await writeFile(join(home, 'words', 'b', 'mine.WAV'), writeWav(sound));
    await writeFile(join(home, 'words', 'a', 'same.wav'), writeWav(sound));
    await writeFile(join(home, 'words', 'b', 'same.wav'), writeWav(sound));
    await writeFile(join(home, 'words', 'b', 'broken.wav'), 'RIFF');
    await writeFile(join(home, 'words', 'b', 'notes.txt'), 'mine');
    const { unusable } = await store.listWords();
    expect(await labels(store)).toEqual({ a: 1, b: 3, ...EMPTY });
    expect(unusable).toEqual([{ file: 'b/broken.wav', reason: expect.stringContaining('cut off') as string }]);
    const takes = await store.listTakes();
    expect(new Set(takes.map((take) => take.id)).size).toBe(4);
    expect(takes.find((take) => take.id === id)).toMatchObject({ label: 'b', source: 'recorded' });
    for (const take of takes) expect((await store.sound(take.id)).sampleRateHz).toBe(16_000);
    expect(await readFile(join(home, 'words', 'b', 'notes.txt'), 'utf8')).toBe('mine');
  });

  it.each(['', '{', '[]', '{"version":1}', '\u0000', '{"version":1,"appliedThrough":0,"words":[],"takes":{"x":{}}}'])(
    'makes a manifest that holds %j anew from the files and the log, and keeps the old one aside',
    async (text) => {
      const home = await temporaryFolder();
      const { store } = openStore(home);
      const { id } = await store.addTake({ ...newTake('a'), badges: [{ kind: 'too-quiet' }] });
      await store.leaveOut([id], true);
      const before = await contents(store);
      await store.close();
      await writeFile(join(home, 'words', 'manifest.json'), text);
      const { store: next, messages } = openStore(home);
      expect(await contents(next)).toEqual(before);
      expect(messages).toEqual([expect.stringContaining('no take is lost')]);
      expect(await readFile(join(home, 'words', 'manifest.json.broken'), 'utf8')).toBe(text);
    },
  );

  it('finds every take, whatever a manifest and a log of operations say that were spoilt', async () => {
    const home = await temporaryFolder();
    const { store } = openStore(home);
    const added = await store.addTakes([newTake('a', 1), newTake('b', 2)]);
    await store.renameWord('a', 'c');
    await store.moveTakes([added[1]!.id], 'c');
    await store.close();
    const logFiles = (await readdir(join(home, 'undo'))).map((name) => join(home, 'undo', name));
    const files = [join(home, 'words', 'manifest.json'), ...logFiles];
    const whole = new Map(await Promise.all(files.map(async (path) => [path, await readFile(path)] as const)));
    const random = createRandom(7, 'spoilt files');
    for (let round = 0; round < 60; round++) {
      for (const [path, bytes] of whole) await writeFile(path, random.next() < 0.5 ? bytes : spoilt(bytes, random));
      const { store: next } = openStore(home);
      const takes = await next.listTakes();
      expect(takes.map(({ id }) => id).sort()).toEqual(added.map(({ id }) => id).sort());
      for (const { id } of takes) expect((await next.sound(id)).samples).toHaveLength(3200);
      await next.close();
    }
  });

  it('needs neither manifest nor log to find the takes', async () => {
    const home = await temporaryFolder();
    const { store } = openStore(home);
    const { id } = await store.addTake(newTake('a'));
    await store.close();
    await rm(join(home, 'words', 'manifest.json'));
    await rm(join(home, 'undo'), { recursive: true });
    const { store: next } = openStore(home);
    expect(await next.listTakes()).toMatchObject([{ id, label: 'a', durationMs: 200 }]);
    expect(await next.undo()).toBeUndefined();
  });

  it('brings a deleted word back with the files that another program had put beside the takes', async () => {
    const home = await temporaryFolder();
    const { store } = openStore(home);
    await store.addTake(newTake('a'));
    await writeFile(join(home, 'words', 'a', 'notes.txt'), 'mine');
    await store.deleteWord('a');
    expect(existsSync(join(home, 'words', 'a'))).toBe(false);
    await store.undo();
    expect(await readFile(join(home, 'words', 'a', 'notes.txt'), 'utf8')).toBe('mine');
    expect(await labels(store)).toEqual({ a: 1, ...EMPTY });
  });
});
