import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { zipTakes } from '../../../src/store/export/takes-zip.ts';
import { temporaryFolder } from '../../temporary-folder.ts';

async function pieces(zip: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const read: Uint8Array[] = [];
  for await (const piece of zip) read.push(piece);
  return Buffer.concat(read);
}

describe('zipTakes', () => {
  it('tells how many takes are in', async () => {
    const folder = await temporaryFolder();
    const takes = ['1', '2', '3'].map((id) => ({ id, label: 'a', path: join(folder, id) }));
    for (const { path } of takes) await writeFile(path, 'sound');
    const told: number[] = [];
    await pieces(zipTakes(takes, (done) => told.push(done)));
    expect(told).toEqual([0, 1, 2, 3]);
  });

  it('says in a sentence that a take could not be read', async () => {
    const takes = [{ id: '1', label: 'a', path: '/no/such/take.wav' }];
    await expect(pieces(zipTakes(takes, () => {}))).rejects.toMatchObject({
      code: 'file-unreadable',
      message: expect.stringMatching(/^The zip was not finished, because a take could not be read: .*\.$/) as string,
    });
  });

  it('opens no more files once it is cancelled', async () => {
    const folder = await temporaryFolder();
    const takes = Array.from({ length: 50 }, (_, i) => ({ id: String(i), label: 'a', path: join(folder, String(i)) }));
    for (const { path } of takes) await writeFile(path, Buffer.alloc(100_000));
    let opened = 0;
    const zip = zipTakes(takes, (done) => (opened = done));
    await zip.next();
    await zip.return();
    expect(opened).toBeLessThan(40);
  });
});
