import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { HeedError } from '../../../src/errors.ts';
import { createRandom } from '../../../src/random.ts';
import { ZipReader } from '../../../src/store/import/zip-read.ts';
import { temporaryFolder } from '../../temporary-folder.ts';
import { makeZip, patchCentralRecord, renameInZip } from './make-zip.ts';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const FILES = [
  { path: 'yes/a.wav', bytes: bytes('the sound of yes, '.repeat(50)) },
  { path: 'no/b.wav', bytes: bytes('no'), options: { compress: false } },
];

async function openZip(contents: Uint8Array): Promise<ZipReader> {
  const path = join(await temporaryFolder(), 'takes.zip');
  await writeFile(path, contents);
  const zip = await ZipReader.open(path, 'takes.zip');
  onTestFinished(() => zip.close());
  return zip;
}

describe('ZipReader', () => {
  it.each([false, true])('lists and unpacks packed and stored files (ZIP64: %s)', async (zip64) => {
    const zip = await openZip(await makeZip(FILES, zip64));
    expect(zip.listing).toEqual({
      entries: FILES.map((file) => ({ path: file.path, bytes: file.bytes.length })),
      problems: [],
    });
    for (const file of FILES) expect(Buffer.from(await zip.read(file.path)).equals(file.bytes)).toBe(true);
  });

  it('names a file whose bytes were changed, and still reads the others', async () => {
    const packed = await makeZip(FILES);
    packed[packed.indexOf('no', packed.indexOf('no/b.wav') + 8)]! ^= 1;
    const zip = await openZip(packed);
    await expect(zip.read('no/b.wav')).rejects.toThrow(/^no\/b\.wav is damaged within the zip/);
    expect((await zip.read('yes/a.wav')).length).toBe(900);
  });

  it.each(['../a.wav', '/../.wav', 'C:\\a.wav', 'a\0b/c.wav'])(
    'does not touch a name that points elsewhere: %j',
    async (name) => {
      const inside = 'x'.repeat(name.length);
      const zip = await openZip(
        renameInZip(await makeZip([{ path: inside, bytes: bytes('?') }, ...FILES]), inside, name),
      );
      expect(zip.listing.entries.map(({ path }) => path)).toEqual(['yes/a.wav', 'no/b.wav']);
      expect(zip.listing.problems.map(({ reason }) => reason)).toEqual([
        expect.stringContaining('points out of the zip'),
      ]);
    },
  );

  it.each([
    ['a link', (zip: Buffer) => patchCentralRecord(zip, 38, 0o120777 * 0x1_0000, 4), /link/],
    ['an encrypted file', (zip: Buffer) => patchCentralRecord(zip, 8, 0x801, 2), /password/],
    ['an unknown packing', (zip: Buffer) => patchCentralRecord(zip, 10, 14, 2), /cannot unpack/],
    ['a file of 3 GiB', (zip: Buffer) => patchCentralRecord(zip, 24, 3 * 2 ** 30, 4), /1 GiB/],
    ['a bomb', (zip: Buffer) => patchCentralRecord(zip, 24, 900 * 2 ** 20, 4), /hundreds of times/],
  ])('leaves out %s and says why', async (_what, change, reason) => {
    const zip = await openZip(change(await makeZip(FILES)));
    expect(zip.listing.entries.map(({ path }) => path)).toEqual(['no/b.wav']);
    expect(zip.listing.problems).toEqual([{ path: 'yes/a.wav', reason: expect.stringMatching(reason) as string }]);
  });

  it('unpacks no more than the listing promised', async () => {
    const zip = await openZip(patchCentralRecord(await makeZip(FILES), 24, 10, 4));
    await expect(zip.read('yes/a.wav')).rejects.toThrow(/damaged within the zip/);
  });

  it('says that a file of two of the same name is used once', async () => {
    const zip = await openZip(await makeZip([...FILES, { path: 'yes/a.wav', bytes: bytes('other') }]));
    expect(zip.listing.entries).toHaveLength(2);
    expect(zip.listing.problems).toEqual([
      { path: 'yes/a.wav', reason: expect.stringContaining('same name') as string },
    ]);
  });

  it.each([
    ['nothing', () => new Uint8Array(0)],
    ['text', () => bytes('This is no zip at all, but a letter.')],
    ['a zip cut off', (zip: Buffer) => zip.subarray(0, zip.length - 30)],
    ['a zip without its beginning', (zip: Buffer) => zip.subarray(40)],
  ])('refuses %s in a sentence that names it', async (_what, change) => {
    const broken = change(await makeZip(FILES));
    await expect(openZip(broken)).rejects.toThrow(/^takes\.zip is no zip that can be read/);
    await expect(openZip(broken)).rejects.toMatchObject({ code: 'zip-format' });
  });

  it('survives 400 damaged zips: each is refused, or read as far as it is whole', async () => {
    const whole = await makeZip(FILES);
    const random = createRandom(11, 'zip damage');
    const folder = await temporaryFolder();
    for (let i = 0; i < 400; i++) {
      const damaged = Buffer.from(whole);
      for (let n = 1 + random.integer(4); n > 0; n--) damaged[random.integer(damaged.length)] = random.integer(256);
      const path = join(folder, `${i}.zip`);
      await writeFile(path, random.integer(4) === 0 ? damaged.subarray(0, random.integer(damaged.length)) : damaged);
      try {
        const zip = await ZipReader.open(path, 'fuzzed.zip');
        try {
          for (const entry of zip.listing.entries) {
            const read = await zip.read(entry.path).catch((error: unknown) => error);
            if (read instanceof Uint8Array) expect(read.length).toBe(entry.bytes);
            else expect(read).toBeInstanceOf(HeedError);
          }
        } finally {
          zip.close();
        }
      } catch (error) {
        expect(error).toBeInstanceOf(HeedError);
      }
    }
  });
});
