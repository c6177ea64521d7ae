import { Option, type Command } from 'commander';
import type { CompareOptions } from '../commands/compare.ts';
import type { SearchOptions } from '../commands/search.ts';
import type { Terminal } from '../terminal.ts';
import { whole, words } from './option-values.ts';
import { background, json, leaveOut, validation } from './shared-options.ts';

/** Experiments on how models are trained. */
export function addSearchCommands(program: Command, terminal: Terminal): void {
  program
    .command('compare')
    .description(
      'measure every recurrent cell at as many parameters on the same clips; the same command again goes on with it',
    )
    .argument('<dir...>', 'folders that hold one folder of clips per label')
    .requiredOption('--out <folder>', 'a folder for the models, the results and the plots')
    .addOption(validation())
    .addOption(background())
    .addOption(leaveOut())
    .option('--labels <a,b,…>', 'the words to learn; every other folder is learned as unknown', words)
    .option('--cells <a,b,…>', 'of rnn, gru, gru-reset-after, lstm and mgu (default: all)', words)
    .option('--hidden <n>', 'units in each layer of the GRU (default: 64)', whole(1, 1024))
    .option('--layers <n>', 'recurrent layers', whole(1, 8))
    .option('--epochs <n>', 'passes over the clips (default: 20)', whole(1, 10_000))
    .option('--batch <n>', 'clips per step', whole(1, 4096))
    .option('--seeds <n>', 'runs of each cell (default: 3)', whole(1, 100))
    .option('--seed <n>', 'the first seed', whole(0, 2 ** 31 - 1))
    .addOption(json())
    .action(async (folders: string[], options: CompareOptions) => {
      const { compare } = await import('../commands/compare.ts');
      await compare(folders, options, terminal);
    });

  program
    .command('search')
    .description('look for the best way to train on these folders; the same command again goes on with it')
    .argument('<dir...>', 'folders that hold one folder of clips per label')
    .requiredOption('--out <folder>', 'a folder for the journal, the results and the best model')
    .addOption(validation())
    .addOption(background())
    .addOption(leaveOut())
    .option('--labels <a,b,…>', 'the words to learn; every other folder is learned as unknown', words)
    .option('--vary <name=values...>', 'what to try: hidden=32,64 or learning-rate=0.001..0.02, or with points: :5')
    .addOption(new Option('--space <file>', 'the same as a file: {"hidden": [32, 64], …}').conflicts('vary'))
    .addOption(
      new Option(
        '--method <name>',
        'every combination; the first values, and each other one in its place; some at random (default); or many for few epochs, of which the best go on',
      ).choices(['grid', 'one-at-a-time', 'random', 'halving']),
    )
    .option('--trials <n>', 'how many at random, or to begin halving with (default: 20)', whole(1, 100_000))
    .option('--epochs <n>', 'passes over the clips in a trial, or in the last trials of halving', whole(1, 10_000))
    .option('--factor <n>', 'halving keeps one trial in so many (default: 3)', whole(2, 100))
    .option('--least-epochs <n>', 'of the first trials of halving (default: 2)', whole(1, 10_000))
    .option('--parallel <n>', 'trials at once (default: one per core)', whole(1, 64))
    .option('--seeds <n>', 'runs of each trial, with as many seeds (default: 1)', whole(1, 100))
    .option('--seed <n>', 'the same seed tries the same', whole(0, 2 ** 31 - 1))
    .addOption(json())
    .action(async (folders: string[], options: SearchOptions) => {
      const { search } = await import('../commands/search.ts');
      await search(folders, options, terminal);
    });
}
