import { readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readWav } from '../../../src/audio/wav-read.ts';
import { writeWav } from '../../../src/audio/wav-write.ts';
import { createInProcessClient } from '../../../src/engine/in-process.ts';
import { createEngine } from '../../../src/engine/server.ts';
import type { EngineClient } from '../../../src/engine/client.ts';
import { SPOOL_FOLDER } from '../../../src/store/import/spool.ts';
import { ZipReader } from '../../../src/store/import/zip-read.ts';
import { synthesise } from '../../sounds/synthesise.ts';
import { makeZip } from '../../store/import/make-zip.ts';
import { collect, startEngine } from '../test-engine.ts';

const clip = (seed: number, sampleRateHz = 16_000): Uint8Array =>
  writeWav({ samples: synthesise('chirp', seed), sampleRateHz });

async function openWith(client: EngineClient, files: Record<string, Uint8Array>): Promise<string> {
  const { session } = await client.call('import.open', {});
  for (const [file, bytes] of Object.entries(files)) await client.call('import.write', { session, file, bytes });
  return session;
}

async function exportZip(client: EngineClient): Promise<{ fileName: string; bytes: Buffer }> {
  const { session, fileName } = await client.call('export.open', {});
  const pieces: Uint8Array[] = [];
  for (;;) {
    const { bytes, isLast } = await client.call('export.read', { session });
    pieces.push(bytes);
    if (isLast) return { fileName, bytes: Buffer.concat(pieces) };
  }
}

describe('importing', () => {
  it('takes in what was chosen under the words that were chosen, and one undo takes it all back', async () => {
    const { client, home } = await startEngine();
    const zip = await makeZip([
      { path: 'lamp/a.wav', bytes: clip(1) },
      { path: 'lamp/b.wav', bytes: clip(2, 8000) },
      { path: 'lamp/torn.wav', bytes: clip(3).subarray(0, 30) },
      { path: 'lamp/not-wanted.wav', bytes: clip(4) },
    ]);
    const session = await openWith(client, { 'takes.zip': zip, 'loose.wav': clip(5) });
    const stages = collect(client, 'progress');
    const { items, problems } = await client.call('import.preview', { session });
    expect(problems.map(({ file }) => file)).toEqual(['takes.zip/lamp/torn.wav']);
    const chosen = items
      .filter(({ file }) => !file.includes('not-wanted'))
      .map(({ id, label }) => ({ id, label: label ?? 'music' }));
    expect(await client.call('import.commit', { session, takes: chosen })).toEqual({ added: 3 });
    expect(stages.map(({ work, stage, done }) => [work, stage, done])).toContainEqual([
      'import',
      'Taking in the recordings',
      3,
    ]);
    const { takes } = await client.call('takes.list', {});
    expect(takes.map(({ label, source, origin, durationMs }) => [label, source, origin, durationMs])).toEqual([
      ['lamp', 'imported', 'takes.zip/lamp/a.wav', 1000],
      ['lamp', 'imported', 'takes.zip/lamp/b.wav', 2000],
      ['music', 'imported', 'loose.wav', 1000],
    ]);
    await client.call('undo', {});
    expect((await client.call('takes.list', {})).takes).toEqual([]);
    expect((await client.call('words.list', {})).words.map(({ label }) => label)).not.toContain('lamp');
    expect(await readdir(join(home, SPOOL_FOLDER))).toEqual([]);
  });

  it('plays an item before it is taken in', async () => {
    const { client } = await startEngine();
    const session = await openWith(client, { 'yes/a.wav': clip(1, 32_000) });
    const { items } = await client.call('import.preview', { session });
    const { samples, sampleRateHz } = await client.call('import.sound', { session, id: items[0]!.id });
    expect([samples.length, sampleRateHz]).toEqual([8000, 16_000]);
  });

  it('keeps nothing of what is cancelled, and says that it is over', async () => {
    const { client, home } = await startEngine();
    const session = await openWith(client, { 'yes/a.wav': clip(1) });
    await client.call('import.cancel', { session });
    expect(await readdir(join(home, SPOOL_FOLDER))).toEqual([]);
    await expect(client.call('import.preview', { session })).rejects.toMatchObject({ code: 'usage' });
    expect((await client.call('takes.list', {})).takes).toEqual([]);
  });

  it('clears away what a crash left of an import', async () => {
    const first = await startEngine();
    await openWith(first.client, { 'yes/a.wav': clip(1) });
    const engine = createEngine({ home: first.home, modelsFolder: join(first.root, 'shipped') });
    const before = await readdir(join(first.home, SPOOL_FOLDER));
    await createInProcessClient(engine).call('import.open', {});
    expect(before).toHaveLength(1);
    expect(await readdir(join(first.home, SPOOL_FOLDER)).catch(() => [])).toEqual([]);
    await engine.close();
  });

  it('takes in all or nothing: a label that cannot be stops everything', async () => {
    const { client } = await startEngine();
    const session = await openWith(client, { 'yes/a.wav': clip(1), 'yes/b.wav': clip(2) });
    const { items } = await client.call('import.preview', { session });
    const takes = [
      { id: items[0]!.id, label: 'yes' },
      { id: items[1]!.id, label: '../up' },
    ];
    await expect(client.call('import.commit', { session, takes })).rejects.toMatchObject({ code: 'usage' });
    expect((await client.call('takes.list', {})).takes).toEqual([]);
  });
});

describe('exporting', () => {
  it('zips every take in the Speech Commands layout, and what it zips comes in again', async () => {
    const { client, root } = await startEngine();
    const sound = { samples: synthesise('hum', 1), sampleRateHz: 16_000 };
    for (const label of ['lamp on', 'lamp on', '_unknown_']) await client.call('takes.add', { label, sound });
    const { fileName, bytes } = await exportZip(client);
    expect(fileName).toMatch(/^heed-takes-\d{4}-\d\d-\d\d\.zip$/);
    await writeFile(join(root, fileName), bytes);
    const zip = await ZipReader.open(join(root, fileName), fileName);
    const paths = zip.listing.entries.map(({ path }) => path);
    expect(paths.map((path) => path.split('/')[0]).sort()).toEqual(['_unknown_', 'lamp on', 'lamp on']);
    const { sound: back } = readWav(await zip.read(paths[0]!), paths[0]!);
    expect(back.samples.length).toBe(16_000);
    zip.close();

    const session = await openWith(client, { [fileName]: bytes });
    const { items, problems } = await client.call('import.preview', { session });
    expect(problems).toEqual([]);
    expect(items.map(({ label }) => label).sort()).toEqual(['_unknown_', 'lamp on', 'lamp on']);
  });

  it('says that there is nothing to export, and can be cancelled', async () => {
    const { client } = await startEngine();
    await expect(client.call('export.open', {})).rejects.toThrow(/no takes to export yet/);
    await client.call('takes.add', { label: 'a', sound: { samples: synthesise('hum', 1), sampleRateHz: 16_000 } });
    const { session } = await client.call('export.open', {});
    await client.call('export.cancel', { session });
    await expect(client.call('export.read', { session })).rejects.toMatchObject({ code: 'usage' });
  });

  it('leaves out a take whose file another program deleted', async () => {
    const { client, home } = await startEngine();
    const sound = { samples: synthesise('hum', 1), sampleRateHz: 16_000 };
    const [gone] = [
      await client.call('takes.add', { label: 'a', sound }),
      await client.call('takes.add', { label: 'b', sound }),
    ];
    await rm(join(home, 'words', 'a', `${gone.id}.wav`));
    expect((await client.call('export.open', {})).takeCount).toBe(1);
    expect((await exportZip(client)).bytes.includes('b/')).toBe(true);
  });
});
