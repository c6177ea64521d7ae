import type { EngineClient } from '../../src/engine/client.ts';
import { PIECE_BYTES, type ImportItem, type ImportPreview } from '../../src/engine/contract/recordings-calls.ts';
import { asHeedError } from '../../src/errors.ts';
import { createStore, type Store } from '../store.ts';
import { strings } from '../strings.ts';
import type { DecodedSound } from './decode.ts';
import { groupItems, type ImportGroup } from './groups.ts';
import type { PickedFile } from './picked-files.ts';

/** Where an import stands. */
export type ImportState =
  | { readonly phase: 'idle' }
  | {
      readonly phase: 'working';
      /** What is being done now, in words. */
      readonly stage: string;
      readonly done: number;
      readonly total: number;
    }
  | {
      readonly phase: 'review';
      readonly preview: ImportPreview;
      readonly groups: readonly ImportGroup[];
      /** Ids of the items that come in. */
      readonly chosen: ReadonlySet<string>;
      /** Why it could not be taken in, in a sentence; nothing of it was. */
      readonly failure: string | undefined;
    };

/** Brings recordings in: reads them, shows what they are, takes in what was chosen. */
export interface Importer {
  readonly state: Store<ImportState>;
  /** Reads files and comes to the review. One import at a time. */
  begin(files: readonly PickedFile[]): Promise<void>;
  choose(ids: readonly string[], chosen: boolean): void;
  /** Says which word a group is. */
  nameGroup(key: string, word: string): void;
  sound(id: string): Promise<DecodedSound>;
  /** @returns how many takes came in; undefined where they did not */
  commit(): Promise<number | undefined>;
  /** Gives the import up, wherever it stands. */
  cancel(): Promise<void>;
}

/** These are read by the engine itself; of the others it wants to know that they are there. */
const READ_BY_ENGINE = /\.(wav|wave|zip|tm)$/i;
const MAX_ENCODED_BYTES = 128 * 2 ** 20;
const PIECE_SAMPLES = PIECE_BYTES / 4;

export function createImporter(
  engine: EngineClient,
  decode: (bytes: ArrayBuffer) => Promise<DecodedSound>,
  complain: (error: unknown) => void,
): Importer {
  const state = createStore<ImportState>({ phase: 'idle' });
  /** Of the import under way; a newer one makes an older one's answers worthless. */
  let session: string | undefined;

  const work = (stage: string, done = 0, total = 0): void => state.set({ phase: 'working', stage, done, total });

  engine.on('progress', (progress) => {
    if (progress.work === 'import' && state.get().phase === 'working')
      work(progress.stage, progress.done, progress.total);
  });
  engine.on('engine.restarted', () => {
    session = undefined;
    if (state.get().phase !== 'idle') {
      state.set({ phase: 'idle' });
      complain(new Error(strings.import.engineLost));
    }
  });

  async function send(id: string, { path, file }: PickedFile): Promise<void> {
    const size = READ_BY_ENGINE.test(path) ? file.size : 0;
    for (let offset = 0; offset === 0 || offset < size; offset += PIECE_BYTES) {
      if (session !== id) return;
      const piece = await file.slice(offset, Math.min(size, offset + PIECE_BYTES)).arrayBuffer();
      await engine.call('import.write', { session: id, file: path, bytes: new Uint8Array(piece) });
    }
  }

  async function sendAll(id: string, files: readonly PickedFile[]): Promise<void> {
    for (const [done, file] of files.entries()) {
      if (session !== id) return;
      work(strings.import.reading, done, files.length);
      try {
        await send(id, file);
      } catch (error) {
        // The disk is full, or the file vanished: the others may still come in.
        await engine.call('import.refuse', { session: id, file: file.path, reason: asHeedError(error).message });
      }
    }
  }

  async function bytesOf(id: string, name: string, picked: PickedFile | undefined): Promise<ArrayBuffer> {
    if (picked) {
      if (picked.file.size > MAX_ENCODED_BYTES) throw new Error(strings.import.tooLarge);
      return picked.file.arrayBuffer();
    }
    const pieces: Uint8Array<ArrayBuffer>[] = [];
    for (let offset = 0; ;) {
      const { bytes, total } = await engine.call('import.read', { session: id, file: name, offset });
      if (total > MAX_ENCODED_BYTES) throw new Error(strings.import.tooLarge);
      pieces.push(new Uint8Array(bytes));
      offset += bytes.length;
      if (offset >= total || bytes.length === 0) return new Blob(pieces).arrayBuffer();
    }
  }

  async function decodeOne(id: string, name: string, picked: PickedFile | undefined): Promise<void> {
    let sound: DecodedSound;
    try {
      const bytes = await bytesOf(id, name, picked);
      sound = await decode(bytes);
    } catch (error) {
      const reason = error instanceof DOMException ? strings.import.undecodable : asHeedError(error).message;
      await engine.call('import.refuse', { session: id, file: name, reason });
      return;
    }
    const { samples, sampleRateHz } = sound;
    for (let start = 0; start === 0 || start < samples.length; start += PIECE_SAMPLES) {
      if (session !== id) return;
      const piece = samples.slice(start, start + PIECE_SAMPLES);
      await engine.call('import.writeSound', { session: id, file: name, sound: { samples: piece, sampleRateHz } });
    }
  }

  async function previewAll(id: string, files: readonly PickedFile[]): Promise<ImportPreview> {
    const first = await engine.call('import.preview', { session: id });
    if (first.undecoded.length === 0) return first;
    for (const [done, name] of first.undecoded.entries()) {
      if (session !== id) break;
      work(strings.import.decoding, done, first.undecoded.length);
      await decodeOne(
        id,
        name,
        files.find(({ path }) => path === name),
      );
    }
    return engine.call('import.preview', { session: id });
  }

  const review = (change: (before: Extract<ImportState, { phase: 'review' }>) => ImportState): void =>
    state.update((before) => (before.phase === 'review' ? change(before) : before));

  return {
    state,
    async begin(files) {
      if (files.length === 0 || state.get().phase !== 'idle') return;
      work(strings.import.reading, 0, files.length);
      let id: string | undefined;
      try {
        id = (await engine.call('import.open', {})).session;
        session = id;
        await sendAll(id, files);
        const preview = await previewAll(id, files);
        if (session !== id) return;
        const chosen = new Set(preview.items.filter(({ included }) => included).map((item: ImportItem) => item.id));
        state.set({ phase: 'review', preview, groups: groupItems(preview.items), chosen, failure: undefined });
      } catch (error) {
        if (id !== undefined && session !== id) return; // given up meanwhile
        session = undefined;
        state.set({ phase: 'idle' });
        complain(error);
      }
    },
    choose(ids, chosen) {
      review((before) => {
        const next = new Set(before.chosen);
        for (const id of ids)
          if (chosen) next.add(id);
          else next.delete(id);
        return { ...before, chosen: next };
      });
    },
    nameGroup(key, word) {
      review((before) => ({
        ...before,
        groups: before.groups.map((group) => (group.key === key ? { ...group, word } : group)),
      }));
    },
    sound: async (id) => {
      const { samples, sampleRateHz } = await engine.call('import.sound', { session: session ?? '', id });
      return { samples: new Float32Array(samples), sampleRateHz };
    },
    async commit() {
      const before = state.get();
      if (before.phase !== 'review' || session === undefined) return undefined;
      const takes = before.groups.flatMap(({ word, items }) =>
        items.filter(({ id }) => before.chosen.has(id)).map(({ id }) => ({ id, label: word.trim() })),
      );
      const id = session;
      work(strings.import.taking, 0, takes.length);
      try {
        const { added } = await engine.call('import.commit', { session: id, takes });
        session = undefined;
        state.set({ phase: 'idle' });
        return added;
      } catch (error) {
        // Given up meanwhile: there is nothing to go back to.
        if (session === id) state.set({ ...before, failure: asHeedError(error).message });
        return undefined;
      }
    },
    async cancel() {
      const id = session;
      session = undefined;
      state.set({ phase: 'idle' });
      if (id !== undefined) await engine.call('import.cancel', { session: id }).catch(complain);
    },
  };
}
