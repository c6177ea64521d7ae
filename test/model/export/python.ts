import { spawnSync } from 'node:child_process';

/**
 * A Python that has these modules: HEED_PYTHON, else the first in the path, else the system's own. Says in one line that
 * tests are skipped where there is none.
 * @param tests  what is skipped then
 */
export function pythonWith(modules: readonly string[], tests: string): string | undefined {
  const candidates = [process.env['HEED_PYTHON'], 'python3', '/usr/bin/python3'].filter((name) => name !== undefined);
  const found = candidates.find((name) => spawnSync(name, ['-c', `import ${modules.join(', ')}`]).status === 0);
  if (!found) console.log(`skipped: ${tests}, as no Python has ${modules.join(' and ')} (HEED_PYTHON names another)`);
  return found;
}
