import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';

/**
 * What lets a child process run TypeScript. Nothing is inherited: this process may have been given a script or a debugger.
 */
export function loaderArguments(): string[] {
  return ['--import', pathToFileURL(createRequire(import.meta.url).resolve('tsx')).href];
}
