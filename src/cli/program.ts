import { Command } from 'commander';
import { HEED_VERSION } from '../version.ts';
import { addLabCommands } from './program/lab-commands.ts';
import { addListeningCommands } from './program/listening-commands.ts';
import { addTrainingCommands } from './program/training-commands.ts';
import { addSearchCommands } from './program/search-commands.ts';
import { addMeasuringCommands } from './program/measuring-commands.ts';
import { addExchangeCommands } from './program/exchange-commands.ts';
import type { ExitCode } from './run.ts';
import type { Terminal } from './terminal.ts';

/**
 * The command line: its words, and what each runs. Commands are loaded when they are called, so that a short one starts
 * quickly.
 *
 * @param setExitCode  called by a command that did its work but not all of it
 */
export function createProgram(terminal: Terminal, setExitCode: (code: ExitCode) => void): Command {
  const program = new Command('heed')
    .description('Recognises spoken commands, wholly on this computer.')
    .version(HEED_VERSION)
    .exitOverride()
    .configureOutput({
      writeOut: (text) => terminal.answer(text.trimEnd()),
      writeErr: (text) => terminal.say(text.trimEnd()),
      outputError: (text) => terminal.problem(text.trim().replace(/^error: /, '')),
    });
  addListeningCommands(program, terminal, setExitCode);
  addTrainingCommands(program, terminal);
  addSearchCommands(program, terminal);
  addMeasuringCommands(program, terminal);
  addLabCommands(program, terminal);
  addExchangeCommands(program, terminal);
  return program;
}
