import fc from 'fast-check';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { HeedError } from '../../src/errors.ts';
import { readLeaveOut } from '../../src/training/leave-out.ts';
import { temporaryFolder } from '../temporary-folder.ts';

const list = async (text: string): Promise<string> => {
  const path = join(await temporaryFolder(), 'list.txt');
  await writeFile(path, text);
  return path;
};

describe('a list of recordings to leave out', () => {
  it('names files and whole folders, with remarks', async () => {
    const leaveOut = await readLeaveOut([
      await list('# heard as another word\nyes/a.wav # no\r\n\n amelia \n'),
      await list('no/b.wav'),
    ]);
    expect(leaveOut.size).toBe(3);
    expect(leaveOut.has('yes', 'a.wav')).toBe(true);
    expect(leaveOut.has('yes', 'b.wav')).toBe(false);
    expect(leaveOut.has('amelia', 'any.wav')).toBe(true);
    expect(leaveOut.has('no', 'b.wav')).toBe(true);
  });

  it('leaves nothing out without a list', async () => {
    expect((await readLeaveOut([])).has('yes', 'a.wav')).toBe(false);
  });

  it('says which line names no recording, and which list is not there', async () => {
    await expect(readLeaveOut([await list('yes/a.wav\n../../etc/passwd\n')])).rejects.toThrow(/^Line 2 of list\.txt/);
    await expect(readLeaveOut(['/nowhere/list.txt'])).rejects.toMatchObject({ code: 'file-missing' });
  });

  it('takes any text or refuses it in a sentence', async () => {
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: 'binary' }), async (text) => {
        await readLeaveOut([await list(text)]).catch((error: unknown) => expect(error).toBeInstanceOf(HeedError));
      }),
      { numRuns: 50, seed: 1 },
    );
  });
});
