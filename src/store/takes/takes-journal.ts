import { readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { asHeedError, HeedError } from '../../errors.ts';
import { unwritable } from '../../atomic-write.ts';
import { takeLock } from '../home-lock.ts';
import { applyTo, EMPTY_MANIFEST, readManifest, setManifestAside, writeManifest, type Manifest } from './manifest.ts';
import { OperationLog } from './operation-log.ts';
import { inverseOf, moveFiles, TRASH_FOLDER, WORDS_FOLDER, type Operation } from './operation.ts';
import type { OperationSummary } from '../../operation-summary.ts';
import { reconcile, type UnusableFile } from './reconcile.ts';

/** Where takes wait until all that come together are there; beside the words, so that a move is a rename. */
export const STAGING_FOLDER = 'incoming';

/** What lies in the trash, and can be undone no more, goes after this time. */
const TRASH_KEPT_MS = 30 * 24 * 3600 * 1000;

interface Loaded {
  readonly manifest: Manifest;
  /** Those that can be undone, the oldest first. */
  readonly operations: readonly Operation[];
  readonly unusable: readonly UnusableFile[];
}

/** Keeps the manifest, the files and the log of operations in step, for the one process that may write. */
export class TakesJournal {
  readonly #home: string;
  readonly #say: (message: string) => void;
  readonly #onChange: () => void;
  readonly #log: OperationLog;
  #loaded: Loaded | undefined;
  #lock: { readonly release: () => Promise<void> } | undefined;
  /** Everything that reads or writes the disk happens one after the other. */
  #last: Promise<unknown> = Promise.resolve();

  constructor(home: string, say: (message: string) => void, onChange: () => void) {
    this.#home = home;
    this.#say = say;
    this.#onChange = onChange;
    this.#log = new OperationLog(home);
  }

  async manifest(): Promise<Manifest> {
    return (this.#loaded ?? (await this.#queue(() => this.#load()))).manifest;
  }

  /** Looks at the files again, and says why they cannot be changed where that is so. */
  async refresh(): Promise<Pick<Loaded, 'manifest' | 'unusable'> & { readonly readOnly: string | undefined }> {
    return this.#queue(async () => {
      const before = this.#loaded;
      const readOnly = await this.#whyReadOnly();
      // Whoever may not write does not know what the one who may has written.
      if (readOnly !== undefined || !this.#loaded) this.#loaded = undefined;
      else this.#loaded = await this.#reconciled(this.#loaded);
      const { manifest, unusable } = await this.#load();
      if (before && before.manifest !== manifest && readOnly === undefined) this.#onChange();
      return { manifest, unusable, readOnly };
    });
  }

  /** Runs something that writes, when nothing else does. @throws {HeedError} in-use, file-unwritable */
  exclusively<T>(write: () => Promise<T>): Promise<T> {
    return this.#queue(async () => {
      const reason = await this.#lockFailure();
      if (reason) throw reason;
      // Loading clears away what was broken off: not what is about to be written.
      await this.#load();
      return write();
    });
  }

  /**
   * Carries out the operation that `make` draws up, if any: writes it down, moves the files, writes the manifest.
   * Within `exclusively` only.
   */
  async perform(make: (manifest: Manifest, sequence: number) => Operation | undefined): Promise<void> {
    const loaded = await this.#load();
    const next = make(loaded.manifest, nextSequence(loaded));
    if (!next) return;
    const manifest = await this.#carryOut(loaded.manifest, next);
    this.#loaded = { ...loaded, manifest, operations: await this.#log.prune([...loaded.operations, next]) };
    this.#onChange();
  }

  /** Forgets what was read; the next question reads anew. Within `exclusively` only. */
  forget(): void {
    this.#loaded = undefined;
    this.#onChange();
  }

  async peekUndo(): Promise<OperationSummary | undefined> {
    const { operations } = this.#loaded ?? (await this.#queue(() => this.#load()));
    return operations.at(-1)?.summary;
  }

  /** Takes the last operation back. Within `exclusively` only. */
  async undo(): Promise<OperationSummary | undefined> {
    const loaded = await this.#load();
    const last = loaded.operations.at(-1);
    if (!last) return undefined;
    const inverse = inverseOf(last, nextSequence(loaded));
    const manifest = await this.#carryOut(loaded.manifest, inverse);
    await this.#log.remove([last.sequence, inverse.sequence]);
    this.#loaded = { ...loaded, manifest, operations: loaded.operations.slice(0, -1) };
    this.#onChange();
    return last.summary;
  }

  async close(): Promise<void> {
    await this.#queue(async () => {
      await this.#lock?.release();
      this.#lock = undefined;
    });
  }

  #queue<T>(work: () => Promise<T>): Promise<T> {
    const result = this.#last.then(work);
    this.#last = result.catch(() => undefined);
    return result;
  }

  async #carryOut(before: Manifest, next: Operation): Promise<Manifest> {
    const after = applyTo(before, next);
    await this.#log.append(next);
    try {
      await moveFiles(this.#home, next);
      await writeManifest(this.#home, after);
    } catch (error) {
      await this.#rollBack(next);
      throw error instanceof HeedError ? error : unwritable(this.#home, error);
    }
    return after;
  }

  /** Undoes the files' part of an operation whose manifest could not be written; the next load decides if that fails. */
  async #rollBack(next: Operation): Promise<void> {
    this.#loaded = undefined;
    const { moves, words } = next;
    const back = [...moves].reverse().map(({ from, to }) => ({ from: to, to: from }));
    await moveFiles(this.#home, {
      ...next,
      moves: back,
      words: words && { before: words.after, after: words.before },
    })
      .then(() => this.#log.remove([next.sequence]))
      .catch(() => undefined);
  }

  async #load(): Promise<Loaded> {
    if (this.#loaded) return this.#loaded;
    const mayWrite = (await this.#lockFailure()) === undefined;
    const read = await readManifest(this.#home);
    const logged = await this.#log.read();
    let manifest = typeof read === 'string' ? EMPTY_MANIFEST : read;
    // At most one operation was begun and not finished. Without a manifest the log tells what it can about the others.
    const open = logged.filter(({ sequence }) => sequence > manifest.appliedThrough);
    if (mayWrite && open.length > 0) await moveFiles(this.#home, open.at(-1)!);
    for (const each of open) manifest = applyTo(manifest, each);
    if (read === 'broken' && mayWrite) {
      await setManifestAside(this.#home);
      this.#say('The list of your takes could not be read and was made anew from the files; no take is lost.');
    }
    const undone = new Set(logged.flatMap(({ sequence, undoes }) => (undoes === undefined ? [] : [sequence, undoes])));
    const operations = logged.filter(({ sequence }) => !undone.has(sequence));
    const loaded = await this.#reconciled({ manifest, operations, unusable: [] }, open.length > 0);
    if (mayWrite) {
      await this.#log.remove([...undone]);
      await this.#log.removeLeftovers();
      await rm(join(this.#home, STAGING_FOLDER), { recursive: true, force: true }).catch(() => undefined);
      await this.#emptyOldTrash(operations);
    }
    this.#loaded = loaded;
    return loaded;
  }

  /** What was loaded, in line with the files; on the disk too, where that can be written. */
  async #reconciled(loaded: Loaded, mustWrite = false): Promise<Loaded> {
    const mayWrite = this.#lock !== undefined;
    const { manifest, changed, unusable } = await reconcile(this.#home, loaded.manifest, mayWrite);
    if (mayWrite && (changed || mustWrite)) await writeManifest(this.#home, manifest).catch(this.#sayWhy);
    return { ...loaded, manifest: changed ? manifest : loaded.manifest, unusable };
  }

  readonly #sayWhy = (error: unknown): void => this.#say(asHeedError(error).message);

  async #whyReadOnly(): Promise<string | undefined> {
    return (await this.#lockFailure())?.message;
  }

  /** Takes the lock where it is not held yet; says why that is impossible. */
  async #lockFailure(): Promise<HeedError | undefined> {
    if (this.#lock) return undefined;
    try {
      const taken = await takeLock(join(this.#home, WORDS_FOLDER, 'takes.lock'));
      if ('heldBy' in taken)
        return new HeedError(
          'in-use',
          'Another Heed is open and looks after your takes. They are safe, and you can look at them here; to change them, use the other one or close it.',
        );
      this.#lock = taken;
      // Another process may have written since.
      this.#loaded = undefined;
      return undefined;
    } catch (error) {
      return unwritable(this.#home, error);
    }
  }

  async #emptyOldTrash(operations: readonly Operation[]): Promise<void> {
    const trash = join(this.#home, TRASH_FOLDER);
    const undoable = new Set(operations.flatMap(({ moves }) => moves.map(({ to }) => to)));
    for (const name of await readdir(trash).catch(() => [] as string[])) {
      if (undoable.has(`${TRASH_FOLDER}/${name}`)) continue;
      const status = await stat(join(trash, name)).catch(() => undefined);
      if (status && Date.now() - status.ctimeMs > TRASH_KEPT_MS)
        await rm(join(trash, name), { recursive: true, force: true }).catch(() => undefined);
    }
  }
}

function nextSequence({ manifest, operations }: Loaded): number {
  return Math.max(manifest.appliedThrough, operations.at(-1)?.sequence ?? 0) + 1;
}
