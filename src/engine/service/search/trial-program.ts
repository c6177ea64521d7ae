import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { loaderArguments } from '../../../typescript-loader.ts';

/** Its name in the built app: see electron.vite.config.ts. */
const BUILT = 'trial.cjs';

/** What the process of a trial runs: the source by way of tsx, or in the built app the file made of it. */
export function trialProgram(): { readonly file: string; readonly execArgv: string[] } {
  const here = fileURLToPath(import.meta.url);
  if (here.endsWith('.ts')) return { file: join(dirname(here), 'trial-main.ts'), execArgv: loaderArguments() };
  // A chunk stands in a folder below the programs.
  const built = [join(dirname(here), BUILT), join(dirname(here), '..', BUILT)];
  return { file: built.find((path) => existsSync(path)) ?? built[0]!, execArgv: [] };
}
