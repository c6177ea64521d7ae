import { CommanderError } from 'commander';
import { asHeedError } from '../errors.ts';
import { createProgram } from './program.ts';
import type { Terminal } from './terminal.ts';

/** What `heed` ends with: 0 success, 1 a problem said in one line, 2 wrong usage. */
export type ExitCode = 0 | 1 | 2;

/**
 * Runs one command line.
 * @param words  what stands behind `heed`
 */
export async function run(words: readonly string[], terminal: Terminal): Promise<ExitCode> {
  let exitCode: ExitCode = 0;
  try {
    const program = createProgram(terminal, (code) => (exitCode = code));
    await program.parseAsync(words, { from: 'user' });
    return exitCode;
  } catch (error) {
    // Commander has said already what is wrong; its zeros are --help and --version.
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
    const { code, message } = asHeedError(error);
    terminal.problem(message);
    return code === 'usage' ? 2 : 1;
  }
}
