import { randomUUID } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { writeAtomically } from '../../atomic-write.ts';
import { readWav } from '../../audio/wav-read.ts';
import { writeWav } from '../../audio/wav-write.ts';
import { HEED_SAMPLE_RATE_HZ, type Sound } from '../../audio/sound.ts';
import { resample } from '../../audio/resample.ts';
import type { CancelSignal } from '../../cancel.ts';
import { HeedError } from '../../errors.ts';
import { readWholeFile } from '../../read-file.ts';
import type { OperationSummary } from '../../operation-summary.ts';
import { takePath, type Operation } from './operation.ts';
import { entryOf, type Drafting } from './operation-draft.ts';
import type { UnusableFile } from './reconcile.ts';
import { STAGING_FOLDER, TakesJournal } from './takes-journal.ts';
import { addingTakes, deletingTakes, leavingOut, movingTakes, newEntry, trimmingTake } from './take-changes.ts';
import type { NewTake, Take, TakeTrim } from './take.ts';
import { addingWord, deletingWord, mergingWords, renamingWord } from './word-changes.ts';
import { RESERVED_LABELS, wordLabel } from './word-label.ts';

/** A word, or one of the reserved labels, and what there is of it. */
export interface WordCount {
  readonly label: string;
  readonly takeCount: number;
  /** How many of them are left out of learning. */
  readonly leftOutCount: number;
}

export interface WordsListing {
  /** The user's words in the order of their making, then `_unknown_` and `_background_noise_`. */
  readonly words: readonly WordCount[];
  readonly unusable: readonly UnusableFile[];
  /** Why nothing can be changed, in a sentence; undefined where it can. */
  readonly readOnly: string | undefined;
}

/**
 * The user's takes: WAV files (16 kHz, 16 bits) in `words/<label>/<id>.wav`, one manifest beside them, a trash, and a
 * log of what can be undone. Each method that changes something is one operation: it is done wholly or not at all,
 * whatever is killed when, and can be undone.
 *
 * All methods throw {HeedError}: `usage` for words and takes that are not there or names that cannot be, `in-use` while
 * another Heed writes to the same folder, `file-unwritable` for a full disk or a read-only folder (nothing is lost),
 * `file-unreadable` and `file-missing` for what the disk does not give.
 */
export class TakesStore {
  readonly #home: string;
  readonly #journal: TakesJournal;

  /**
   * @param home  the user's data folder; need not exist
   * @param onChange  told after every change
   */
  constructor(home: string, onMessage: (message: string) => void, onChange: () => void = () => {}) {
    this.#home = home;
    this.#journal = new TakesJournal(home, onMessage, onChange);
  }

  /** The words with their counts, after a look at what other programs did to the files. */
  async listWords(): Promise<WordsListing> {
    const { manifest, unusable, readOnly } = await this.#journal.refresh();
    const counts = new Map<string, { takeCount: number; leftOutCount: number }>();
    for (const label of [...manifest.words, ...RESERVED_LABELS]) counts.set(label, { takeCount: 0, leftOutCount: 0 });
    for (const { label, leftOut } of manifest.takes.values()) {
      const count = counts.get(label);
      if (!count) continue;
      count.takeCount++;
      if (leftOut) count.leftOutCount++;
    }
    return { words: [...counts].map(([label, count]) => ({ label, ...count })), unusable, readOnly };
  }

  /** The takes of a word, or all of them, in the order of recording. */
  async listTakes(label?: string): Promise<Take[]> {
    const { takes } = await this.#journal.manifest();
    return [...takes]
      .filter(([, entry]) => label === undefined || entry.label === label)
      .map(([id, entry]) => ({ id, ...entry }))
      .sort((a, b) => a.recordedAt - b.recordedAt || (a.id < b.id ? -1 : 1));
  }

  async take(id: string): Promise<Take> {
    return { id, ...entryOf(await this.#journal.manifest(), id) };
  }

  /** Where a take's sound lies. */
  pathOf({ id, label }: Pick<Take, 'id' | 'label'>): string {
    return join(this.#home, takePath(label, id));
  }

  /** The whole sound of a take, at 16 kHz, before trimming. */
  async sound(id: string): Promise<Sound> {
    const take = await this.take(id);
    const bytes = await readWholeFile(this.pathOf(take)).catch(async (error: unknown) => {
      if (!(error instanceof HeedError) || error.code !== 'file-missing') throw error;
      await this.#journal.refresh();
      throw new HeedError(
        'file-missing',
        `The file of this take of “${take.label}” is gone: another program deleted or moved it. The other takes are safe.`,
        { cause: error },
      );
    });
    return resample(readWav(bytes, `${take.label}/${id}.wav`).sound, HEED_SAMPLE_RATE_HZ);
  }

  /** The part of a take's sound that counts, at 16 kHz. */
  async trimmedSound(id: string): Promise<Sound> {
    const { samples, sampleRateHz } = await this.sound(id);
    const { trim } = await this.take(id);
    return { samples: trim ? trimmed(samples, trim) : samples, sampleRateHz };
  }

  /** Makes a word. @returns its label as it is kept */
  async addWord(name: string): Promise<string> {
    const label = wordLabel(name);
    await this.#change(addingWord(label));
    return label;
  }

  /** @returns the new label as it is kept */
  async renameWord(label: string, name: string): Promise<string> {
    const to = wordLabel(name);
    if (to !== label) await this.#change(renamingWord(label, to));
    return to;
  }

  /** Gives all takes of a word to another one; the first is gone. */
  async mergeWords(label: string, into: string): Promise<void> {
    if (label === into) throw new HeedError('usage', 'A word cannot be merged with itself; choose another.');
    await this.#change(mergingWords(label, into));
  }

  /** Moves a word with all its takes to the trash. */
  async deleteWord(label: string): Promise<void> {
    await this.#change(deletingWord(label));
  }

  /** Keeps one take. It is safe on the disk when this resolves. */
  async addTake(take: NewTake): Promise<Take> {
    const [added] = await this.addTakes([take]);
    return added!;
  }

  /**
   * Keeps many takes: all of them, or, where something fails or is cancelled, none. Words that do not exist are made.
   * They are asked for one by one, so that they need not be in memory together.
   * @throws {HeedError} cancelled
   */
  async addTakes(
    newTakes: Iterable<NewTake> | AsyncIterable<NewTake>,
    options: {
      readonly cancel?: CancelSignal | undefined;
      readonly onAdded?: ((count: number) => void) | undefined;
    } = {},
  ): Promise<Take[]> {
    return this.#journal.exclusively(async () => {
      const batch = randomUUID();
      const staging = `${STAGING_FOLDER}/${batch}`;
      const added: Take[] = [];
      try {
        for await (const take of newTakes) {
          if (options.cancel?.aborted)
            throw new HeedError('cancelled', 'The import was cancelled; nothing of it was kept.');
          const label = RESERVED_LABELS.includes(take.label) ? take.label : wordLabel(take.label);
          const id = randomUUID();
          const wav = writeWav({ samples: take.samples, sampleRateHz: HEED_SAMPLE_RATE_HZ });
          await writeAtomically(join(this.#home, staging, `${id}.wav`), wav, 'The take');
          added.push({ id, ...newEntry(take, label) });
          options.onAdded?.(added.length);
        }
        if (added.length > 0) await this.#changeNow(addingTakes(added, staging));
      } finally {
        await rm(join(this.#home, staging), { recursive: true, force: true }).catch(() => undefined);
      }
      return added;
    });
  }

  /** Gives takes to another word (which is made where it does not exist) or to a reserved label. */
  async moveTakes(ids: readonly string[], label: string): Promise<void> {
    await this.#change(movingTakes(ids, RESERVED_LABELS.includes(label) ? label : wordLabel(label)));
  }

  /** Says which part of a take counts; all of it where `trim` is undefined. The file stays whole. */
  async trimTake(id: string, trim: TakeTrim | undefined): Promise<void> {
    await this.#change(trimmingTake(id, trim));
  }

  /** Leaves takes out of learning, or takes them back in. */
  async leaveOut(ids: readonly string[], leftOut: boolean): Promise<void> {
    await this.#change(leavingOut(ids, leftOut));
  }

  /** Moves takes to the trash. */
  async deleteTakes(ids: readonly string[]): Promise<void> {
    await this.#change(deletingTakes(ids));
  }

  /** Moves other files of the data folder, as an operation among those on takes: undone by the same undo. */
  async moveFiles(summary: OperationSummary, moves: Operation['moves']): Promise<void> {
    await this.#change(() => ({ summary, moves }));
  }

  /** Runs what deletes or replaces the files themselves, while nothing else reads or writes them. */
  async replaceAll(work: () => Promise<void>): Promise<void> {
    await this.#journal.exclusively(async () => {
      try {
        await work();
      } finally {
        this.#journal.forget();
      }
    });
  }

  /** What `undo` would take back; undefined where there is nothing. */
  async peekUndo(): Promise<OperationSummary | undefined> {
    return this.#journal.peekUndo();
  }

  /** Takes the last operation back, also one from before the last start. @returns what it took back */
  async undo(): Promise<OperationSummary | undefined> {
    return this.#journal.exclusively(() => this.#journal.undo());
  }

  /** Waits for what is under way and lets another Heed write. */
  async close(): Promise<void> {
    await this.#journal.close();
  }

  #change(make: Drafting): Promise<void> {
    return this.#journal.exclusively(() => this.#changeNow(make));
  }

  async #changeNow(make: Drafting): Promise<void> {
    await this.#journal.perform((manifest, sequence) => {
      const draft = make(manifest, sequence);
      return draft && { moves: [], takes: {}, ...draft, sequence };
    });
  }
}

function trimmed(samples: Float32Array, { startMs, endMs }: TakeTrim): Float32Array {
  const at = (ms: number): number => Math.round((ms * HEED_SAMPLE_RATE_HZ) / 1000);
  return samples.slice(at(startMs), at(endMs));
}
