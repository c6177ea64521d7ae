import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { writeWav } from '../../../src/audio/wav-write.ts';
import { ImportSession, type ImportPreview } from '../../../src/store/import/import-session.ts';
import { SPOOL_FOLDER } from '../../../src/store/import/spool.ts';
import { synthesise } from '../../sounds/synthesise.ts';
import { temporaryFolder } from '../../temporary-folder.ts';
import { makeZip } from './make-zip.ts';

const RATE_HZ = 16_000;
const neverCancelled = { aborted: false };

const wav = (samples: Float32Array): Uint8Array => writeWav({ samples, sampleRateHz: RATE_HZ });
const take = wav(synthesise('chirp', 1));

async function openSession(): Promise<{ session: ImportSession; home: string }> {
  const home = await temporaryFolder();
  const session = new ImportSession(home);
  onTestFinished(() => session.close());
  return { session, home };
}

async function preview(session: ImportSession): Promise<ImportPreview> {
  return session.preview(() => {}, neverCancelled);
}

/** Three chirps with half a second of near silence around each. */
function longRecording(): Float32Array {
  const samples = new Float32Array(5 * RATE_HZ);
  for (let i = 0; i < 3; i++) samples.set(synthesise('chirp', i), (1 + 1.4 * i) * RATE_HZ);
  return samples.map((sample, i) => sample + 0.0005 * Math.sin(i * i));
}

describe('ImportSession', () => {
  it('takes folders in the Speech Commands layout, and names each file that cannot come in', async () => {
    const { session } = await openSession();
    await session.append('clips/yes/a.wav', take);
    await session.append('clips/no/b.wav', take.subarray(0, 30));
    await session.append('clips/no/notes.doc', new Uint8Array(8));
    await session.append('clips/no/README.md', new Uint8Array(8));
    await session.append('clips/.DS_Store', new Uint8Array(8));
    await session.append('loose.wav', take);
    await session.append('clips/yes/silent.wav', wav(new Float32Array(RATE_HZ)));
    await session.append('clips/yes/short.wav', wav(synthesise('hum', 1).subarray(0, 800)));
    const { items, problems, undecoded } = await preview(session);
    expect(
      items.map(({ file, label, startMs, endMs, included }) => ({ file, label, startMs, endMs, included })),
    ).toEqual([
      { file: 'clips/yes/a.wav', label: 'yes', startMs: 0, endMs: 1000, included: true },
      { file: 'loose.wav', label: null, startMs: 0, endMs: 1000, included: true },
    ]);
    expect(problems).toEqual([
      { file: 'clips/no/notes.doc', reason: expect.stringContaining('no recording that Heed knows') as string },
      { file: 'clips/no/b.wav', reason: expect.stringMatching(/^b\.wav .*\.$/) as string },
      { file: 'clips/yes/silent.wav', reason: expect.stringContaining('nothing but silence') as string },
      { file: 'clips/yes/short.wav', reason: expect.stringContaining('only 50 ms') as string },
    ]);
    expect(undecoded).toEqual([]);
  });

  it('takes a file that comes in pieces, and a recording that is cut off with a warning', async () => {
    const { session } = await openSession();
    for (let start = 0; start < take.length - 9000; start += 9000)
      await session.append('yes/a.wav', take.subarray(start, start + 9000));
    const { items } = await preview(session);
    expect(items).toMatchObject([{ label: 'yes', warnings: [expect.stringContaining('is cut off')] }]);
  });

  it('reads zips, with the words from their folders', async () => {
    const { session } = await openSession();
    const zip = await makeZip([
      { path: 'yes/a.wav', bytes: take },
      { path: '__MACOSX/yes/._a.wav', bytes: take },
      { path: '_background_noise_/hum.wav', bytes: wav(longRecording()) },
      { path: 'no/inner.zip', bytes: new Uint8Array(4) },
    ]);
    await session.append('takes.zip', zip);
    const { items, problems } = await preview(session);
    expect(items.map(({ file, label, endMs }) => [file, label, endMs])).toEqual([
      ['takes.zip/yes/a.wav', 'yes', 1000],
      ['takes.zip/_background_noise_/hum.wav', '_background_noise_', 5000],
    ]);
    expect(problems).toMatchObject([{ file: 'takes.zip/no/inner.zip' }]);
    const { samples } = await session.soundOf(items[0]!.id);
    expect(samples).toHaveLength(RATE_HZ);
  });

  it('cuts a long recording into its words, and gives the sound of each', async () => {
    const { session } = await openSession();
    await session.append('lamp on/long.wav', wav(longRecording()));
    const { items } = await preview(session);
    expect(items.map(({ label, included }) => [label, included])).toEqual(Array(3).fill(['lamp on', true]));
    for (const { id, startMs, endMs } of items)
      expect((await session.soundOf(id)).samples.length).toBeCloseTo(((endMs - startMs) * RATE_HZ) / 1000, -1);
    expect(items[1]!.startMs).toBeGreaterThanOrEqual(items[0]!.endMs);
  });

  it('does not choose a long stretch without a pause, and says that nothing stands out of mere noise', async () => {
    const { session } = await openSession();
    const tone = Float32Array.from({ length: 6 * RATE_HZ }, (_, i) =>
      i > RATE_HZ && i < 5 * RATE_HZ ? 0.3 * Math.sin(0.3 * i) : 0.0003 * Math.sin(i * i),
    );
    await session.append('a/long.wav', wav(tone));
    await session.append('a/noise.wav', wav(tone.subarray(2 * RATE_HZ, 5 * RATE_HZ)));
    const { items, problems } = await preview(session);
    expect(items).toMatchObject([{ included: false, warnings: [expect.stringContaining('no pause')] }]);
    expect(problems).toMatchObject([{ file: 'a/noise.wav', reason: expect.stringContaining('nothing stands out') }]);
  });

  it('asks for what only a browser can decode, and then takes the sound, or the reason why there is none', async () => {
    const { session } = await openSession();
    await session.append('takes.zip', await makeZip([{ path: 'yes/a.mp3', bytes: new Uint8Array([1, 2, 3]) }]));
    await session.append('no/b.ogg', new Uint8Array([4, 5]));
    const first = await preview(session);
    expect(first).toEqual({ items: [], problems: [], undecoded: ['takes.zip/yes/a.mp3', 'no/b.ogg'] });
    expect([...(await session.bytesOf('takes.zip/yes/a.mp3'))]).toEqual([1, 2, 3]);
    const samples = synthesise('chirp', 2);
    await session.appendSound('takes.zip/yes/a.mp3', { samples: samples.subarray(0, 9000), sampleRateHz: RATE_HZ });
    await session.appendSound('takes.zip/yes/a.mp3', { samples: samples.subarray(9000), sampleRateHz: RATE_HZ });
    await session.refuse('no/b.ogg', 'It could not be decoded.');
    const { items, problems, undecoded } = await preview(session);
    expect(items).toMatchObject([{ file: 'takes.zip/yes/a.mp3', label: 'yes', endMs: 1000 }]);
    expect(problems).toEqual([{ file: 'no/b.ogg', reason: 'It could not be decoded.' }]);
    expect(undecoded).toEqual([]);
    expect((await session.soundOf(items[0]!.id)).samples).toEqual(samples);
  });

  it('takes the samples of a Teachable Machine class at their places, and refuses spectrograms and models', async () => {
    const { session } = await openSession();
    const list = [
      { blobFilePath: 'sample-1.wav', startTime: 1, endTime: 2, frequencyFrames: [[0]] },
      { blobFilePath: 'sample-1.wav', startTime: 2.4, endTime: 3.4, frequencyFrames: [[0]] },
      { frequencyFrames: [[0]] },
    ];
    const json = new TextEncoder().encode(JSON.stringify(list));
    const zip = await makeZip([
      { path: 'samples.json', bytes: json },
      { path: 'sample-1.wav', bytes: wav(longRecording()) },
    ]);
    await session.append('lamp on-samples.zip', zip);
    const model = ['model.json', 'metadata.json', 'weights.bin'].map((path) => ({ path, bytes: new Uint8Array(2) }));
    await session.append('model.zip', await makeZip(model));
    const { items, problems } = await preview(session);
    expect(items.map(({ label, startMs, endMs }) => [label, startMs, endMs])).toEqual([
      ['lamp on', 1000, 2000],
      ['lamp on', 2400, 3400],
    ]);
    expect(problems).toEqual([
      { file: 'lamp on-samples.zip/samples.json', reason: expect.stringContaining('1 of its samples') as string },
      { file: 'model.zip', reason: expect.stringContaining('trained Teachable Machine model') as string },
    ]);
  });

  it('stops when cancelled, and leaves nothing on the disk when closed', async () => {
    const { session, home } = await openSession();
    await session.append('yes/a.wav', take);
    await expect(session.preview(() => {}, { aborted: true })).rejects.toMatchObject({ code: 'cancelled' });
    expect(await readdir(join(home, SPOOL_FOLDER))).toHaveLength(1);
    await session.close();
    expect(await readdir(join(home, SPOOL_FOLDER))).toEqual([]);
  });

  it('never writes outside its folder, whatever a file is called', async () => {
    const { session, home } = await openSession();
    for (const name of ['../../evil.wav', '/etc/evil.wav', 'C:\\evil.wav', 'a/../../../evil.wav'])
      await session.append(name, take);
    expect((await readdir(home, { recursive: true })).filter((name) => name.includes('evil'))).toEqual([]);
    expect((await preview(session)).items).toHaveLength(4);
  });
});
