import { HeedError } from '../../../errors.ts';
import { zipTakes } from '../../../store/export/takes-zip.ts';
import type { TakesStore } from '../../../store/takes/takes-store.ts';
import { StageProgress } from '../../../training/progress.ts';
import { PIECE_BYTES, type recordingsCalls } from '../../contract/recordings-calls.ts';
import type { EventHub } from '../event-hub.ts';
import type { Handlers } from '../service.ts';
import { Sessions } from './sessions.ts';

type ExportHandlers = Pick<Handlers, Extract<keyof typeof recordingsCalls, `export.${string}`>>;
type Zip = AsyncGenerator<Uint8Array, void, undefined>;

/** The handlers of the calls that hand all takes out, and an end to the exports that are open. */
export function createRecordingsOut(
  takes: TakesStore,
  events: EventHub,
): { readonly handlers: ExportHandlers; readonly close: () => Promise<void> } {
  const open = new Sessions<Zip>((zip) => zip.return());

  const handlers: ExportHandlers = {
    'export.open': async () => {
      // Looks at the files first: a take that another program deleted must not spoil the zip.
      await takes.listWords();
      const exported = (await takes.listTakes()).map((take) => ({ ...take, path: takes.pathOf(take) }));
      if (exported.length === 0)
        throw new HeedError('usage', 'There are no takes to export yet; record or import some first.');
      const stage = new StageProgress('export', 'Packing the takes', exported.length, (state) =>
        events.emit('progress', state),
      );
      const day = new Date().toISOString().slice(0, 10);
      return {
        session: open.add(zipTakes(exported, (done) => stage.report(done))),
        fileName: `heed-takes-${day}.zip`,
        takeCount: exported.length,
      };
    },
    'export.read': async ({ session }) => {
      const zip = open.get(session);
      const pieces: Uint8Array[] = [];
      for (let length = 0; length < PIECE_BYTES / 2;) {
        const next = await zip.next();
        if (next.done) {
          await open.end(session);
          return { bytes: Buffer.concat(pieces), isLast: true };
        }
        pieces.push(next.value);
        length += next.value.length;
      }
      return { bytes: Buffer.concat(pieces), isLast: false };
    },
    'export.cancel': async ({ session }) => {
      await open.end(session);
      return {};
    },
  };
  return { handlers, close: () => open.endAll() };
}
