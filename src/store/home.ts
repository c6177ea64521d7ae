import { homedir } from 'node:os';
import { join, resolve } from 'node:path';

/** What decides where the user's data live; the real process unless a test says otherwise. */
export interface Surroundings {
  readonly platform: NodeJS.Platform;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly homeFolder: string;
}

/**
 * The folder that holds the user's settings and models: `HEED_HOME` where set, else the platform's own place for such
 * data: `$XDG_DATA_HOME/heed` or `~/.local/share/heed`, `~/Library/Application Support/Heed`, `%APPDATA%\Heed`.
 * The folder need not exist.
 */
export function userDataFolder(surroundings: Surroundings = processSurroundings()): string {
  const { platform, environment, homeFolder } = surroundings;
  if (environment['HEED_HOME']) return resolve(environment['HEED_HOME']);
  if (platform === 'win32') return join(environment['APPDATA'] || join(homeFolder, 'AppData', 'Roaming'), 'Heed');
  if (platform === 'darwin') return join(homeFolder, 'Library', 'Application Support', 'Heed');
  return join(xdgFolder(environment['XDG_DATA_HOME']) ?? join(homeFolder, '.local', 'share'), 'heed');
}

/** The XDG specification ignores relative paths. */
function xdgFolder(value: string | undefined): string | undefined {
  return value?.startsWith('/') ? value : undefined;
}

function processSurroundings(): Surroundings {
  return { platform: process.platform, environment: process.env, homeFolder: homedir() };
}
