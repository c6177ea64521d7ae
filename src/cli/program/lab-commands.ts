import type { Command } from 'commander';
import type { LabOptions, MemoryOptions, SentimentOptions } from '../commands/lab.ts';
import type { Terminal } from '../terminal.ts';
import { numbers, whole, words } from './option-values.ts';
import { json } from './shared-options.ts';

/** Worked examples of what recurrent networks are good for. */
export function addLabCommands(program: Command, terminal: Terminal): void {
  const lab = program
    .command('lab')
    .description('worked examples of what recurrent networks are good for, each beside something simpler');
  const example = (name: string, description: string): Command =>
    lab
      .command(name)
      .description(description)
      .option('--seed <n>', 'the same seed gives the same figures', whole(0, 2 ** 31 - 1))
      .option('--plot <file>', 'draw the outcome into this SVG file')
      .addOption(json());

  example('sentiment', 'tell favourable sentences from others, beside a bag of words')
    .argument('[files...]', 'sentences, a line each: the sentence, a tab, 1 or 0 (default: HEED_DATA/text/*.tsv)')
    .option('--folds <n>', 'parts of which each is held out once (default: 5)', whole(2, 100))
    .option('--text <sentence>', 'score this sentence word by word instead, with the update gate at each word')
    .action(async (files: string[], options: SentimentOptions) => {
      const { sentiment } = await import('../commands/lab.ts');
      await sentiment(files, options, terminal);
    });

  for (const [name, description, columns] of [
    [
      'weather',
      "the next day's and week's maximum temperature, the last year held out",
      'temp_max, temp_min, precipitation, wind',
    ],
    ['prices', "tomorrow's and next week's share price: honestly", 'close'],
  ] as const)
    example(name, description)
      .argument(
        '[file]',
        `comma-separated values with the columns date, ${columns} (default: the one in vega-datasets)`,
      )
      .action(async (file: string | undefined, options: LabOptions) => {
        const { forecast } = await import('../commands/lab.ts');
        await forecast(`lab.${name}`, file, options, terminal);
      });

  for (const [name, description] of [
    ['adding', 'how long each cell remembers: the sum of two marked numbers'],
    ['copy', 'how long each cell remembers: five symbols, said again after a pause'],
  ] as const)
    example(name, description)
      .option('--lengths <a,b,…>', 'frames over which to remember (default: 50,100,200,400,800)', numbers)
      .option('--cells <a,b,…>', 'rnn, gru, gru-reset-after, lstm, mgu (default: all)', words)
      .option('--steps <n>', 'updates of each network (default: 1000)', whole(1, 1_000_000))
      .option('--hidden <n>', 'units of each network (default: 32)', whole(1, 4096))
      .action(async (options: MemoryOptions) => {
        const { memory } = await import('../commands/lab.ts');
        await memory(name, options, terminal);
      });
}
