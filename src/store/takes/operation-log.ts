import { readdir, readFile, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { writeAtomically } from '../../atomic-write.ts';
import { removeTemporaries } from './reconcile.ts';
import { operation, type Operation } from './operation.ts';

/** So many operations can be undone. */
const OPERATIONS_KEPT = 100;
const NAME = /^(\d{9})\.json$/;

/** The operations that can be undone, or that were begun and must be finished: one file each, in `undo`. */
export class OperationLog {
  readonly #folder: string;

  constructor(home: string) {
    this.#folder = join(home, 'undo');
  }

  /** All of them, the oldest first. A file that cannot be understood is passed over: it cannot be undone any more. */
  async read(): Promise<Operation[]> {
    const names = (await readdir(this.#folder).catch(() => [] as string[])).filter((name) => NAME.test(name)).sort();
    const operations: Operation[] = [];
    for (const name of names) {
      const text = await readFile(join(this.#folder, name), 'utf8').catch(() => '');
      try {
        operations.push(operation.parse(JSON.parse(text)));
      } catch {
        continue;
      }
    }
    return operations;
  }

  /** Writes an operation down. @throws {HeedError} file-unwritable */
  async append(done: Operation): Promise<void> {
    await writeAtomically(this.#path(done.sequence), `${JSON.stringify(done)}\n`);
  }

  /** Removes operations, the oldest first, so that none stays without the one that took it back. */
  async remove(sequences: readonly number[]): Promise<void> {
    for (const sequence of [...sequences].sort((a, b) => a - b))
      await unlink(this.#path(sequence)).catch(() => undefined);
  }

  /** Forgets all but the newest of these. @returns those that stay */
  async prune(operations: readonly Operation[]): Promise<Operation[]> {
    const surplus = operations.slice(0, Math.max(0, operations.length - OPERATIONS_KEPT));
    await this.remove(surplus.map(({ sequence }) => sequence));
    return operations.slice(surplus.length);
  }

  /** Removes what a write that was broken off left behind. */
  async removeLeftovers(): Promise<void> {
    await removeTemporaries(this.#folder);
  }

  #path(sequence: number): string {
    return join(this.#folder, `${String(sequence).padStart(9, '0')}.json`);
  }
}
