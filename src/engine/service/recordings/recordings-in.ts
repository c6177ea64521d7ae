import { resample } from '../../../audio/resample.ts';
import { HEED_SAMPLE_RATE_HZ } from '../../../audio/sound.ts';
import { ImportSession } from '../../../store/import/import-session.ts';
import { clearSpool } from '../../../store/import/spool.ts';
import type { NewTake } from '../../../store/takes/take.ts';
import type { TakesStore } from '../../../store/takes/takes-store.ts';
import { StageProgress } from '../../../training/progress.ts';
import { PIECE_BYTES, type recordingsCalls } from '../../contract/recordings-calls.ts';
import type { EventHub } from '../event-hub.ts';
import type { Handlers } from '../service.ts';
import { Sessions } from './sessions.ts';

interface OpenImport {
  readonly session: ImportSession;
  readonly controller: AbortController;
}

type ImportHandlers = Pick<Handlers, Extract<keyof typeof recordingsCalls, `import.${string}`>>;

/** The handlers of the calls that bring recordings in, and an end to the imports that are open. */
export function createRecordingsIn(
  home: string,
  takes: TakesStore,
  events: EventHub,
): { readonly handlers: ImportHandlers; readonly close: () => Promise<void> } {
  const open = new Sessions<OpenImport>(({ session, controller }) => {
    controller.abort();
    return session.close();
  });
  const progress = (stage: string, total: number): StageProgress =>
    new StageProgress('import', stage, total, (state) => events.emit('progress', state));
  let isCleared = false;

  const handlers: ImportHandlers = {
    'import.open': async () => {
      // Whatever a crash left behind is of no worth; imports of this run are not touched.
      if (!isCleared) await clearSpool(home);
      isCleared = true;
      return { session: open.add({ session: new ImportSession(home), controller: new AbortController() }) };
    },
    'import.write': async ({ session, file, bytes }) => {
      await open.get(session).session.append(file, bytes);
      return {};
    },
    'import.writeSound': async ({ session, file, sound }) => {
      await open.get(session).session.appendSound(file, sound);
      return {};
    },
    'import.refuse': async ({ session, file, reason }) => {
      await open.get(session).session.refuse(file, reason);
      return {};
    },
    'import.preview': async ({ session: id }) => {
      const { session, controller } = open.get(id);
      let stage: StageProgress | undefined;
      const { items, problems, undecoded } = await session.preview((done, total) => {
        stage ??= progress('Looking at the recordings', total);
        stage.report(done);
      }, controller.signal);
      return {
        items: items.map((item) => ({ ...item, warnings: [...item.warnings] })),
        problems: [...problems],
        undecoded: [...undecoded],
      };
    },
    'import.read': async ({ session, file, offset }) => {
      const bytes = await open.get(session).session.bytesOf(file);
      // A copy: a view would take the whole file along on its way to the window.
      return { bytes: new Uint8Array(bytes.subarray(offset, offset + PIECE_BYTES)), total: bytes.length };
    },
    'import.sound': async ({ session, id }) =>
      resample(await open.get(session).session.soundOf(id), HEED_SAMPLE_RATE_HZ),
    'import.commit': async ({ session: id, takes: chosen }) => {
      const { session, controller } = open.get(id);
      const stage = progress('Taking in the recordings', chosen.length);
      const added = await takes.addTakes(chosenTakes(session, chosen), {
        cancel: controller.signal,
        onAdded: (count) => stage.report(count),
      });
      await open.end(id);
      return { added: added.length };
    },
    'import.cancel': async ({ session }) => {
      await open.end(session);
      return {};
    },
  };
  return { handlers, close: () => open.endAll() };
}

/** Reads the chosen items out, one at a time. */
async function* chosenTakes(
  session: ImportSession,
  chosen: readonly { readonly id: string; readonly label: string }[],
): AsyncGenerator<NewTake> {
  for (const { id, label } of chosen) {
    const sound = await resample(await session.soundOf(id), HEED_SAMPLE_RATE_HZ);
    yield { label, samples: sound.samples, source: 'imported', origin: session.item(id).file };
  }
}
