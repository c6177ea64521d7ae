import { rm } from 'node:fs/promises';
import { deleteAllData } from '../../../store/delete-all.ts';
import type { JsonFile } from '../../../store/json-file.ts';
import type { TakesStore } from '../../../store/takes/takes-store.ts';
import type { dataCalls } from '../../contract/data-calls.ts';
import type { Settings } from '../../contract/schemas.ts';
import type { DetectionLog } from '../detection-log.ts';
import type { EventHub } from '../event-hub.ts';
import type { Handlers } from '../service.ts';
import { INITIAL_SETTINGS } from '../settings.ts';

export interface DataHandlersOptions {
  readonly home: string;
  /** Where features of recordings are kept between runs. */
  readonly cacheFolder: string;
  readonly settings: JsonFile<Settings>;
  readonly takes: TakesStore;
  readonly detections: DetectionLog;
  readonly events: EventHub;
  /** Ends what works with the data: lessons, imports, exports, listening. */
  readonly endWork: () => Promise<void>;
}

/** The handlers of the calls about the user's data as a whole. */
export function createDataHandlers(options: DataHandlersOptions): Pick<Handlers, keyof typeof dataCalls> {
  const { home, cacheFolder, settings, takes, detections, events, endWork } = options;
  return {
    'data.describe': () => ({ folder: home }),
    'data.deleteAll': async () => {
      await endWork();
      await takes.replaceAll(async () => {
        await deleteAllData(home);
        await rm(cacheFolder, { recursive: true, force: true });
      });
      await settings.update(() => INITIAL_SETTINGS);
      detections.clear();
      events.emit('models.changed', {});
      return {};
    },
  };
}
