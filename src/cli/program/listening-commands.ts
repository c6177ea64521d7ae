import type { Command } from 'commander';
import type { ExitCode } from '../run.ts';
import type { Terminal } from '../terminal.ts';
import { whole } from './option-values.ts';
import { json, model } from './shared-options.ts';

/** Hearing words, and looking at what hears them. */
export function addListeningCommands(
  program: Command,
  terminal: Terminal,
  setExitCode: (code: ExitCode) => void,
): void {
  program
    .command('recognize')
    .description('say which word is in each clip')
    .argument('<file...>', 'WAV files')
    .addOption(model())
    .addOption(json())
    .action(async (files: string[], options: { model?: string; json?: true }) => {
      const { recognize } = await import('../commands/recognize.ts');
      setExitCode(await recognize(files, options, terminal));
    });

  program
    .command('listen')
    .description('listen to a long recording, or to what is piped in, and say each word with its time')
    .argument(
      '[file]',
      'a WAV file, or - for raw sound on standard input: 16 bit little endian, 16 kHz, one channel',
      '-',
    )
    .addOption(model())
    .addOption(json())
    .action(async (file: string, options: { model?: string; json?: true }) => {
      const { listen } = await import('../commands/listen.ts');
      await listen(file, options, terminal);
    });

  program
    .command('inspect')
    .description('say what a model file is')
    .argument('<file>', 'a model file')
    .addOption(json())
    .action(async (file: string, options: { json?: true }) => {
      const { inspect } = await import('../commands/inspect.ts');
      await inspect(file, options, terminal);
    });

  program
    .command('serve')
    .description('the studio in a browser, on this computer only')
    .option('--port <n>', 'the port to listen on (default: any that is free)', whole(0, 65_535))
    .option('--open', 'open it in the default browser')
    .addOption(json())
    .action(async (options: { port?: number; open?: true; json?: true }) => {
      const { serve } = await import('../commands/serve.ts');
      await serve(options, terminal);
    });
}
