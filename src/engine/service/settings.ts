import { join } from 'node:path';
import { JsonFile } from '../../store/json-file.ts';
import { settings, type Settings } from '../contract/schemas.ts';

/** The id of the model that comes with Heed. */
export const DEFAULT_MODEL_ID = 'heed-en';

/** The settings of somebody who has set nothing. */
export const INITIAL_SETTINGS: Settings = {
  theme: 'system',
  microphoneId: '',
  modelId: DEFAULT_MODEL_ID,
  recordMode: 'automatic',
  thresholds: {},
  defaultThreshold: null,
};

/** The user's settings, in `settings.json` of their data folder. Settings that an older Heed did not know get defaults. */
export function openSettings(home: string, onMessage: (message: string) => void): JsonFile<Settings> {
  return new JsonFile({
    path: join(home, 'settings.json'),
    initial: INITIAL_SETTINGS,
    parse: (value) => settings.parse({ ...INITIAL_SETTINGS, ...(value as object) }),
    onBroken: onMessage,
  });
}
