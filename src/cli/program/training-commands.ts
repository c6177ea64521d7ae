import { Option, type Command } from 'commander';
import type { HandoffOptions } from '../commands/handoff.ts';
import { poolingName } from '../../engine/contract/schemas.ts';
import { HeedError } from '../../errors.ts';
import type { Terminal } from '../terminal.ts';
import { real, whole, words } from './option-values.ts';
import { background, json, leaveOut, precision, validation } from './shared-options.ts';

/** Making models. */
export function addTrainingCommands(program: Command, terminal: Terminal): void {
  program
    .command('train')
    .description('train a model from scratch on folders of labelled folders')
    .argument('<dir...>', 'folders that hold one folder of clips per label')
    .requiredOption('--out <file>', 'the model file to write')
    .addOption(validation())
    .addOption(background())
    .addOption(leaveOut())
    .option(
      '--from <model>',
      'go on from the weights of a model with the same labels; factors of low rank are multiplied out, unless --factor-share is given, too',
    )
    .option(
      '--teacher <model...>',
      'learn from the answers of these models, too: how a small model comes close to a large one',
    )
    .option('--temperature <x>', "the teachers' logits are divided by it (default: 2)", real(0.1, 100))
    .option('--teacher-share <x>', 'of the teachers in the loss; the labels have the rest (default: 0.7)', real(0, 1))
    .option(
      '--average-with <model>',
      'average the best weights in the end with those of this model, of which --from descends, or which descends from it',
    )
    .option('--average-share <x>', 'of that model in the average (default: 0.5)', real(0, 1))
    .option(
      '--sparsity <x>',
      "the share of the layers' weights that end as zeros, in blocks of 16 units",
      real(0, 0.99),
    )
    .option(
      '--factor-share <x>',
      "make the layers' matrices products of two thinner ones, with this share of their numbers: low rank",
      real(0.01, 1),
    )
    .addOption(
      new Option('--weight-bits <n>', 'train with weights rounded as export --int8 rounds them').choices(['8']),
    )
    .addOption(
      new Option(
        '--pooling <what>',
        'what the head sees of the states: the last, the mean (default), a sum weighed by a learned query (attention) or by four that the last state asks (multi-head)',
      ).choices(poolingName.options),
    )
    .option('--learning-rate <x>', 'the highest rate of the schedule', real(1e-6, 1))
    .option('--unknown-weight <x>', 'examples of unknown speech in an epoch, in those of a word', real(0.01, 100))
    .addOption(new Option('--hop-ms <n>', 'from one frame to the next').choices(['10', '20']))
    .option('--labels <a,b,…>', 'the words to learn; every other folder is learned as unknown', words)
    .option('--hidden <n>', 'units in each layer', whole(1, 4096))
    .option('--layers <n>', 'recurrent layers', whole(1, 8))
    .addOption(
      new Option('--cell <name>', 'what the layers are made of (default: gru)').choices([
        ...['rnn', 'gru', 'gru-reset-after', 'lstm', 'mgu'],
      ]),
    )
    .option('--epochs <n>', 'passes over the clips', whole(1, 10_000))
    .option('--batch <n>', 'clips per step', whole(1, 4096))
    .option('--seed <n>', 'the same seed gives the same model', whole(0, 2 ** 31 - 1))
    .addOption(precision())
    .option('--attribution <text>', 'sources and licences of the recordings, kept in the model')
    .option('--resume', 'go on where the same run was interrupted')
    .addOption(json())
    .action(async (folders: string[], options) => {
      const { train } = await import('../commands/train.ts');
      await train(folders, options, terminal);
    });

  program
    .command('finetune')
    .description('teach a model further words from a few takes, or correct what it mistook')
    .argument('<dir>', 'a folder that holds one folder of takes per word; in _unknown_ lies what must not fire')
    .requiredOption('--from <file>', 'the model to begin with')
    .requiredOption('--out <file>', 'the model file to write')
    .option('--background <dir>', 'recordings of noise, mixed in')
    .option('--validation <dir>', 'a folder of labelled folders to measure on (default: some takes are held out)')
    .option('--passes <n>', 'passes through all layers', whole(0, 1000))
    .option('--seed <n>', 'the same seed gives the same model', whole(0, 2 ** 31 - 1))
    .addOption(json())
    .action(async (folder: string, options) => {
      const { finetune } = await import('../commands/finetune.ts');
      await finetune(folder, options, terminal);
    });

  program
    .command('compress')
    .description(
      'make a model lighter: weights of eight bits, factors of low rank, or a smaller network that learns from it',
    )
    .argument('<model>', 'a model file')
    .argument('<dir...>', 'folders that hold one folder of clips per label, to learn from')
    .option('--to <amount>', 'a size such as 300KB or 1.5MB, or a time for a frame such as 20us')
    .option('--compare', 'instead: make it lighter in every way, into a folder, and print what each comes to')
    .requiredOption('--out <file>', 'the model file to write, or with --compare the folder')
    .addOption(validation())
    .addOption(background())
    .addOption(leaveOut())
    .option('--epochs <n>', 'passes over the clips', whole(1, 10_000))
    .option('--seed <n>', 'the same seed gives the same model', whole(0, 2 ** 31 - 1))
    .addOption(precision())
    .addOption(json())
    .action(async (model: string, folders: string[], { to, compare, ...options }) => {
      const { compareLighter, compress } = await import('../commands/compress.ts');
      if ((to === undefined) !== (compare === true))
        throw new HeedError('usage', 'Say how light with --to 300KB, or ask for all ways with --compare.');
      if (compare) await compareLighter(model, folders, options, terminal);
      else await compress(model, folders, { ...options, to }, terminal);
    });

  program
    .command('handoff')
    .description(
      'write all that a training run on other machines needs: examples, recipe, weights and a PyTorch program',
    )
    .argument('<dir...>', 'folders that hold one folder of clips per label')
    .requiredOption('--out <folder>', 'a new folder')
    .addOption(validation())
    .addOption(background())
    .option('--labels <a,b,…>', 'the words to learn; every other folder is learned as unknown', words)
    .option('--hidden <n>', 'units in each layer', whole(1, 4096))
    .option('--layers <n>', 'recurrent layers', whole(1, 8))
    .option('--epochs <n>', 'passes over the examples', whole(1, 10_000))
    .option('--batch <n>', 'examples per step, over all processes', whole(1, 65_536))
    .option('--seed <n>', 'the same seed gives the same folder', whole(0, 2 ** 31 - 1))
    .option(
      '--copies <n>',
      'differently varied epochs to write; the run takes them in turn (default: 4)',
      whole(1, 1000),
    )
    .addOption(
      new Option(
        '--cell <name>',
        "what the layers are made of (default: gru); PyTorch's own are faster on GPUs",
      ).choices(['rnn', 'gru', 'gru-reset-after', 'lstm', 'mgu']),
    )
    .addOption(new Option('--reset-after', 'the same as --cell gru-reset-after').conflicts('cell'))
    .addOption(json())
    .action(async (folders: string[], options: HandoffOptions) => {
      const { handoff } = await import('../commands/handoff.ts');
      await handoff(folders, options, terminal);
    });
}
