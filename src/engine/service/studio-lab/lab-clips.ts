import { createHash, type Hash } from 'node:crypto';
import { mkdir, readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { unwritable, writeAtomically } from '../../../atomic-write.ts';
import { HEED_SAMPLE_RATE_HZ } from '../../../audio/sound.ts';
import { writeWav } from '../../../audio/wav-write.ts';
import { chooseHeldOut, FEWEST_TO_HOLD_OUT } from '../../../dataset/hold-out.ts';
import { BACKGROUND_FOLDER } from '../../../dataset/labels.ts';
import { HeedError } from '../../../errors.ts';
import { SILENCE_LABEL, UNKNOWN_LABEL } from '../../../model/model.ts';
import type { LessonTake, TakeSource } from '../teach/lesson-take.ts';

/** More than so many takes are held out, so that cells can be told apart. */
const HELD_OUT_SHARE = 0.25;
// Not allowed in file names on one system or another.
// eslint-disable-next-line no-control-regex
const FORBIDDEN = /[\u0000-\u001f\u007f<>:"/\\|?*]/;

/** What an experiment learns from. */
export interface ClipFolders {
  /** Names the contents: the same clips have the same id. */
  readonly id: string;
  readonly folder: string;
  /** To measure on; some speakers of the folder where undefined. */
  readonly validation: string | undefined;
}

/**
 * Copies of what the Lab learns from, in a folder of its own: the user's words as they are now, or a folder that a window
 * handed over clip by clip. A copy is complete or not there, and of each source only the newest is kept.
 */
export class LabClips {
  readonly #folder: string;
  readonly #takes: TakeSource;
  /** Of the folder that is being handed over. */
  #coming: { readonly hash: Hash; count: number } | undefined;

  constructor(folder: string, takes: TakeSource) {
    this.#folder = folder;
    this.#takes = takes;
  }

  /**
   * Copies the user's words.
   * @throws {HeedError} dataset where there are too few takes; file-unwritable
   */
  async ofWords(): Promise<ClipFolders> {
    const takes = [...(await this.#takes.list())].sort((a, b) => (a.id < b.id ? -1 : 1));
    const learned = learnable(takes);
    const unfinished = join(this.#folder, 'words.part');
    const hash = createHash('sha256');
    await this.#empty(unfinished);
    for (const [label, ids] of learned) {
      const heldOut = label === BACKGROUND_FOLDER ? new Set<string>() : chooseHeldOut(ids, HELD_OUT_SHARE);
      for (const id of ids) {
        const samples = await this.#takes.samples(id);
        const wav = writeWav({ samples, sampleRateHz: HEED_SAMPLE_RATE_HZ }, { bitsPerSample: 16 });
        hash.update(`${label}/${id}\n`).update(wav);
        await writeAtomically(join(unfinished, heldOut.has(id) ? 'held-out' : 'train', label, `${id}.wav`), wav);
      }
    }
    const { id, folder } = await this.#finish(unfinished, 'words', hash);
    return { id, folder: join(folder, 'train'), validation: join(folder, 'held-out') };
  }

  /** Begins a folder anew. @throws {HeedError} file-unwritable */
  async begin(): Promise<void> {
    await this.#empty(join(this.#folder, 'folder.part'));
    this.#coming = { hash: createHash('sha256'), count: 0 };
  }

  /**
   * Takes one clip of the folder in.
   * @param name  of its file
   * @throws {HeedError} usage where a name cannot be one, or no folder was begun; file-unwritable
   */
  async add(label: string, name: string, bytes: Uint8Array): Promise<void> {
    if (!this.#coming) throw new HeedError('usage', 'No folder was begun; choose it again.');
    for (const part of [label, name])
      if (FORBIDDEN.test(part) || /^\.|[. ]$/.test(part))
        throw new HeedError(
          'usage',
          `“${part.slice(0, 64)}” cannot be the name of a folder or a clip; rename it first.`,
        );
    this.#coming.count++;
    this.#coming.hash.update(`${label}/${name}\n`).update(bytes);
    await writeAtomically(join(this.#folder, 'folder.part', label, name), bytes);
  }

  /**
   * The folder that was handed over last.
   * @throws {HeedError} dataset where there is none; file-unwritable
   */
  async ofFolder(): Promise<ClipFolders> {
    if (this.#coming && this.#coming.count > 0) {
      const { hash } = this.#coming;
      this.#coming = undefined;
      return { ...(await this.#finish(join(this.#folder, 'folder.part'), 'folder', hash)), validation: undefined };
    }
    const kept = (await this.#names()).find((name) => /^folder-[0-9a-f]+$/.test(name));
    if (kept === undefined)
      throw new HeedError('dataset', 'No folder of recordings was chosen; choose one, or use your own words.');
    return { id: kept, folder: join(this.#folder, kept), validation: undefined };
  }

  /** Puts a finished copy in its place, and forgets the one before. */
  async #finish(unfinished: string, source: 'words' | 'folder', hash: Hash): Promise<{ id: string; folder: string }> {
    const id = `${source}-${hash.digest('hex').slice(0, 16)}`;
    const folder = join(this.#folder, id);
    const older = (await this.#names()).filter((name) => name.startsWith(`${source}-`));
    if (older.includes(id)) await this.#empty(unfinished);
    else
      await rename(unfinished, folder).catch((error: unknown) => {
        throw unwritable(folder, error);
      });
    for (const name of older) if (name !== id) await this.#empty(join(this.#folder, name));
    return { id, folder };
  }

  async #names(): Promise<string[]> {
    return readdir(this.#folder).catch(() => []);
  }

  async #empty(path: string): Promise<void> {
    try {
      await rm(path, { recursive: true, force: true, maxRetries: 3 });
      await mkdir(this.#folder, { recursive: true });
    } catch (error) {
      throw unwritable(path, error);
    }
  }
}

/** By label, the takes that can be learned from: of a word, so many that one can be held out. */
function learnable(takes: readonly LessonTake[]): ReadonlyMap<string, readonly string[]> {
  const byLabel = new Map<string, string[]>();
  for (const { label, id } of takes) byLabel.set(label, [...(byLabel.get(label) ?? []), id]);
  const isOther = (label: string): boolean =>
    label === UNKNOWN_LABEL || label === SILENCE_LABEL || label === BACKGROUND_FOLDER;
  const kept = [...byLabel].filter(([label, ids]) => isOther(label) || ids.length >= FEWEST_TO_HOLD_OUT);
  const words = kept.filter(([label]) => !isOther(label)).length;
  if (words < 2)
    throw new HeedError(
      'dataset',
      `Two words with ${FEWEST_TO_HOLD_OUT} takes each are the least to experiment on; record more of them, or choose a folder.`,
    );
  return new Map(kept);
}
