import { mkdir, open, readFile, type FileHandle } from 'node:fs/promises';
import { dirname } from 'node:path';
import { crc32 } from 'node:zlib';
import { z } from 'zod';
import { unwritable } from '../../atomic-write.ts';
import { HeedError } from '../../errors.ts';
import type { TrialRecord } from './trials.ts';

const durationMs = z.number().min(0);
const outcome = z.discriminatedUnion('status', [
  z.object({
    status: z.literal('finished'),
    accuracy: z.number().min(0).max(1),
    loss: z.number(),
    bestEpoch: z.number().int().min(0),
    bytes: z.number().int().min(0),
    durationMs,
  }),
  z.object({ status: z.literal('diverged'), message: z.string(), durationMs }),
  z.object({ status: z.literal('failed'), message: z.string(), durationMs }),
]);

const record = z.object({
  id: z.string(),
  values: z.record(z.string(), z.union([z.number(), z.string()])),
  epochs: z.number().int().min(1),
  seed: z.number().int(),
  outcome,
});

/** What the trials were measured on: results on other recordings cannot be compared. */
const header = z.object({ format: z.literal('heed-search-1'), data: z.string() });

/**
 * What came of each trial, kept as it comes: a text file that is only ever appended to, one line at a time.
 *
 * A line is the CRC-32 of its JSON in eight hexadecimal digits, a space and the JSON. The first names what is measured on,
 * each further one is a trial. A line that a crash tore, or that was damaged, fails its sum and counts as never written.
 */
export class TrialJournal {
  readonly #path: string;
  readonly #file: FileHandle;
  readonly #records: TrialRecord[];
  /** Lines that were passed over because they were torn or damaged. */
  readonly damaged: number;
  /** Whether the file ends within a line; the next one must not be glued to it. */
  #torn: boolean;
  #writing: Promise<void> = Promise.resolve();

  private constructor(path: string, file: FileHandle, records: TrialRecord[], damaged: number, torn: boolean) {
    this.#path = path;
    this.#file = file;
    this.#records = records;
    this.damaged = damaged;
    this.#torn = torn;
  }

  /**
   * Opens a journal, or begins one.
   * @param data  names what trials are measured on
   * @throws {HeedError} usage where it is of other recordings; file-unreadable, file-unwritable
   */
  static async open(path: string, data: string): Promise<TrialJournal> {
    const { first, records, damaged, endsWhole, isEmpty } = readJournal(await readText(path));
    if (first !== undefined && first !== data)
      throw new HeedError(
        'usage',
        `${path} was begun with other recordings, labels or settings; what it holds is safe. Name another folder with --out, or go on with those.`,
      );
    if (first === undefined && !isEmpty)
      throw new HeedError(
        'usage',
        `${path} is no journal of trials, or its beginning is damaged; it was left alone. Name another folder with --out.`,
      );
    try {
      await mkdir(dirname(path), { recursive: true });
      const file = await open(path, 'a');
      const journal = new TrialJournal(path, file, records, damaged, !endsWhole);
      if (first === undefined) await journal.#append({ format: 'heed-search-1', data });
      return journal;
    } catch (error) {
      throw error instanceof HeedError ? error : unwritable(path, error);
    }
  }

  /** All trials that ended, in the order in which they did; of one that ran again, the last run. */
  get records(): readonly TrialRecord[] {
    return this.#records;
  }

  /** The trial of this id, unless it is to be run (again). */
  finished(id: string): TrialRecord | undefined {
    const found = this.#records.find((known) => known.id === id);
    return found?.outcome.status === 'failed' ? undefined : found;
  }

  /** Writes a trial down; it is on the disk when this resolves. @throws {HeedError} file-unwritable */
  async add(done: TrialRecord): Promise<void> {
    await this.#append(done);
    keepLast(this.#records, done);
  }

  async close(): Promise<void> {
    await this.#writing.catch(() => undefined);
    await this.#file.close();
  }

  #append(value: unknown): Promise<void> {
    const written = this.#writing
      .catch(() => undefined)
      .then(async () => {
        const line = this.#torn ? `\n${encodeLine(value)}` : encodeLine(value);
        this.#torn = true;
        await this.#file.appendFile(line);
        await this.#file.sync();
        this.#torn = false;
      })
      .catch((error: unknown) => {
        throw unwritable(this.#path, error);
      });
    this.#writing = written;
    return written;
  }
}

/** What a crash can leave of a first line. */
const FIRST_TORN = /^[0-9a-f]{0,8}( (\{.*)?)?$/;

/** A line of a journal, its end included. */
export function encodeLine(value: unknown): string {
  const json = JSON.stringify(value);
  return `${crc32(json).toString(16).padStart(8, '0')} ${json}\n`;
}

/** Reads the text of a journal, whatever it is. */
export function readJournal(text: string): {
  /** What the header names; undefined where there is none. */
  readonly first: string | undefined;
  readonly records: TrialRecord[];
  readonly damaged: number;
  readonly endsWhole: boolean;
  /** Whether there is nothing yet, or the beginning of a first line. */
  readonly isEmpty: boolean;
} {
  const lines = text.split('\n');
  const tail = lines.pop()!;
  const records: TrialRecord[] = [];
  let first: string | undefined;
  let damaged = tail === '' ? 0 : 1;
  for (const line of lines) {
    if (line === '') continue;
    const value = decodeLine(line);
    const head = header.safeParse(value);
    const done = record.safeParse(value);
    if (head.success) first ??= head.data.data;
    else if (done.success) keepLast(records, done.data);
    else damaged++;
  }
  return { first, records, damaged, endsWhole: tail === '', isEmpty: lines.length === 0 && FIRST_TORN.test(tail) };
}

function decodeLine(line: string): unknown {
  const json = line.slice(9);
  if (line[8] !== ' ' || line.slice(0, 8) !== crc32(json).toString(16).padStart(8, '0')) return undefined;
  try {
    return JSON.parse(json);
  } catch {
    return undefined;
  }
}

function keepLast(records: TrialRecord[], done: TrialRecord): void {
  const at = records.findIndex(({ id }) => id === done.id);
  if (at >= 0) records.splice(at, 1);
  records.push(done);
}

async function readText(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return '';
    throw new HeedError('file-unreadable', `${path} cannot be read: ${(error as Error).message}.`, { cause: error });
  }
}
