/**
 * Imports many mutated files in a process of its own, and prints what it took as one line of JSON: {@link HostileRun}, the
 * growth of the process's largest memory, and every file that was opened meanwhile.
 *
 *     node --import tsx hostile-child.ts COUNT SEED
 */
import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import { importMutations } from './hostile-run.ts';

const [count, seed] = process.argv.slice(2).map(Number);
importMutations(200, 1); // everything is loaded and compiled after these
const opened: string[] = [];
const own = new URL('fixtures', import.meta.url).pathname;
for (const name of ['openSync', 'readFileSync', 'open', 'readFile', 'createReadStream', 'statSync'] as const) {
  const original = fs[name] as (...words: unknown[]) => unknown;
  (fs as unknown as Record<string, unknown>)[name] = (path: unknown, ...rest: unknown[]): unknown => {
    const text = path instanceof URL ? path.pathname : String(path);
    if (!text.startsWith(own)) opened.push(text);
    return original(path, ...rest);
  };
}
for (const name of ['open', 'readFile', 'stat'] as const)
  (fs.promises as unknown as Record<string, unknown>)[name] = (path: unknown): never => {
    opened.push(String(path));
    throw new Error('a file was opened');
  };
syncBuiltinESMExports();

const before = process.resourceUsage().maxRSS;
const run = importMutations(count!, seed!);
const grownMiB = (process.resourceUsage().maxRSS - before) / 1024;
console.log(JSON.stringify({ ...run, failures: run.failures.slice(0, 5), grownMiB, opened }));
