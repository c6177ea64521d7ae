import { appendFile, readFile, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { encodeLine, readJournal, TrialJournal } from '../../../src/lab/search/journal.ts';
import { trialOf, type TrialRecord } from '../../../src/lab/search/trials.ts';
import { createRandom } from '../../../src/random.ts';
import { temporaryFolder } from '../../temporary-folder.ts';

function recordOf(hidden: number, status: 'finished' | 'failed' = 'finished'): TrialRecord {
  const trial = trialOf({ hidden, pooling: 'mean' }, 3, 1);
  if (status === 'failed') return { ...trial, outcome: { status, message: 'killed', durationMs: 5 } };
  return { ...trial, outcome: { status, accuracy: 0.5, loss: 1.25, bestEpoch: 2, bytes: 900, durationMs: 1000 } };
}

const records = [recordOf(16), recordOf(32), recordOf(64)];

async function written(): Promise<string> {
  const path = join(await temporaryFolder(), 'trials.journal');
  const journal = await TrialJournal.open(path, 'these clips');
  for (const record of records) await journal.add(record);
  await journal.close();
  return path;
}

describe('the journal of a search', () => {
  it('is read back as it was written', async () => {
    const journal = await TrialJournal.open(await written(), 'these clips');
    expect(journal.records).toEqual(records);
    expect(journal.finished(records[1]!.id)).toEqual(records[1]);
    expect(journal.finished(trialOf({ hidden: 17 }, 3, 1).id)).toBeUndefined();
    expect(journal.damaged).toBe(0);
    await journal.close();
  });

  it('torn at any byte, keeps every whole line and takes further ones', async () => {
    const path = await written();
    const whole = await readFile(path);
    const ends = [...whole.keys()].filter((at) => whole[at] === 10).map((at) => at + 1);
    for (let length = 0; length < whole.length; length += length < ends[0]! ? 5 : 17) {
      await writeFile(path, whole);
      await truncate(path, length);
      const journal = await TrialJournal.open(path, 'these clips');
      const kept = Math.max(0, ends.filter((end) => end <= length).length - 1);
      expect(journal.records).toEqual(records.slice(0, kept));
      await journal.add(records[2]!);
      await journal.close();
      const again = await TrialJournal.open(path, 'these clips');
      expect(again.records.at(-1)).toEqual(records[2]);
      expect(again.records).toHaveLength(Math.min(kept, 2) + 1);
      await again.close();
    }
  });

  it('with any damage keeps what is sound and makes nothing up', async () => {
    const whole = await readFile(await written(), 'utf8');
    const random = createRandom(3, 'damage');
    const known = new Set(records.map((record) => JSON.stringify(record)));
    for (let round = 0; round < 2000; round++) {
      const at = random.integer(whole.length);
      const text = whole.slice(0, at) + String.fromCharCode(random.integer(128)) + whole.slice(at + random.integer(3));
      const read = readJournal(text);
      for (const record of read.records) expect(known.has(JSON.stringify(record))).toBe(true);
      if (text !== whole && text.length === whole.length) expect(read.records.length).toBeGreaterThanOrEqual(1);
    }
  });

  it('counts lines that are damaged', async () => {
    const path = await written();
    await appendFile(path, `00000000 {"id":"x"}\n${encodeLine({ id: 'not a trial' })}torn`);
    const journal = await TrialJournal.open(path, 'these clips');
    expect(journal.damaged).toBe(3);
    expect(journal.records).toEqual(records);
    await journal.close();
  });

  it('of other recordings is refused, and left as it was', async () => {
    const path = await written();
    const before = await readFile(path);
    await expect(TrialJournal.open(path, 'other clips')).rejects.toMatchObject({ code: 'usage' });
    expect(await readFile(path)).toEqual(before);
  });

  it('is not begun in a file that is something else', async () => {
    const path = join(await temporaryFolder(), 'trials.journal');
    for (const text of ['Dear diary,\ntoday', 'Dear diary']) {
      await writeFile(path, text);
      await expect(TrialJournal.open(path, 'these clips')).rejects.toMatchObject({ code: 'usage' });
      expect(await readFile(path, 'utf8')).toBe(text);
    }
  });

  it('lets a failed trial run again, and keeps what it came to then', async () => {
    const path = await written();
    const failed = recordOf(128, 'failed');
    const journal = await TrialJournal.open(path, 'these clips');
    await journal.add(failed);
    expect(journal.finished(failed.id)).toBeUndefined();
    await journal.add(recordOf(128));
    expect(journal.finished(failed.id)).toEqual(recordOf(128));
    await journal.close();
    const again = await TrialJournal.open(path, 'these clips');
    expect(again.records).toEqual([...records, recordOf(128)]);
    await again.close();
  });
});
