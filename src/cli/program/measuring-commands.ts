import { Option, type Command } from 'commander';
import type { BenchOptions } from '../commands/bench.ts';
import type { CalibrateOptions } from '../commands/calibrate.ts';
import type { EvaluateStreamOptions } from '../commands/evaluate-stream.ts';
import type { MakeStreamOptions } from '../commands/make-stream.ts';
import type { Terminal } from '../terminal.ts';
import { real, seconds, whole, words } from './option-values.ts';
import { json, model } from './shared-options.ts';

/** Measuring models and machines. */
export function addMeasuringCommands(program: Command, terminal: Terminal): void {
  program
    .command('evaluate')
    .description('measure a model on a folder of labelled folders')
    .argument('<dir>', 'a folder that holds one folder of clips per label')
    .addOption(model())
    .option('--max-unknown <n>', 'take at most so many clips of words the model does not know', whole(0, 2 ** 31 - 1))
    .option('--seed <n>', 'chooses those clips', whole(0, 2 ** 31 - 1))
    .addOption(
      new Option('--split <part>', 'only this part, by the lists in the folder (as Speech Commands has)').choices([
        'training',
        'validation',
        'testing',
      ]),
    )
    .option(
      '--disputed <file>',
      'write a list of the clips that the model hears as another label, for train --leave-out',
    )
    .addOption(json())
    .action(async (folder: string, options) => {
      const { evaluate } = await import('../commands/evaluate.ts');
      await evaluate(folder, options, terminal);
    });

  program
    .command('make-stream')
    .description('set labelled clips into background at random moments, and write down what is said when')
    .argument('<dir>', 'a folder with one folder of clips per label; or of recordings to play one after another')
    .option('--background <dir>', 'recordings of noise to set the words into (default: near silence)')
    .addOption(new Option('--snr <dB>', 'how far the words stand above the background').argParser(real(-40, 80)))
    .requiredOption('--out <file>', 'the WAV file to write; what is said goes beside it, as .tsv')
    .option('--minutes <n>', 'how long it is to be (default: until every clip was heard once)', real(0.01, 1440))
    .option('--labels <a,b,…>', 'only the clips of these words', words)
    .option('--every <seconds>', 'from one word to the next, on average (default: 2.5)', real(0.5, 600))
    .option('--seed <n>', 'the same seed gives the same stream', whole(0, 2 ** 31 - 1))
    .addOption(json())
    .action(async (folder: string, options: MakeStreamOptions) => {
      const { makeStream } = await import('../commands/make-stream.ts');
      await makeStream(folder, options, terminal);
    });

  program
    .command('evaluate-stream')
    .description('measure a model on a long recording, as it would hear it live')
    .argument('<wav>', 'the recording')
    .argument('<truth>', 'a row for each word in it: its seconds, a tab, its label; empty where there is none')
    .addOption(model())
    .option('--sweep', 'also with one threshold for all words, from 0.3 to 0.995')
    .option('--real-cost', 'window by window on one thread, as live sound goes, with the processor time it takes')
    .addOption(json())
    .action(async (wav: string, truth: string, options: EvaluateStreamOptions) => {
      const { evaluateStream } = await import('../commands/evaluate-stream.ts');
      await evaluateStream({ wav, truth }, options, terminal);
    });

  program
    .command('calibrate')
    .description('choose a threshold for each word on long recordings, and write a model with them')
    .argument('<model>', 'a model file')
    .requiredOption('--stream <files...>', 'a recording and its truth file; may be given several times')
    .requiredOption('--false-accepts-per-hour <n>', 'the most that all words together may make', real(0, 3600))
    .option('--unfamiliarity-weight <x>', 'how much words are doubted that do not sound as in training', real(0, 1000))
    .requiredOption('--out <file>', 'the model file to write')
    .addOption(json())
    .action(async (model: string, options: CalibrateOptions) => {
      const { calibrate } = await import('../commands/calibrate.ts');
      await calibrate(model, options, terminal);
    });

  program
    .command('report')
    .description('measure a model by the protocols that its report is made of')
    .option('--data <dir>', 'the folder of all recordings (default: HEED_DATA)')
    .addOption(model())
    .option('--only <a,b,…>', 'only these parts: clips, live, few-shot, forgetting, negatives, cost', words)
    .option('--short', 'three speakers, and not all of them')
    .option('--seed <n>', 'the same seed gives the same figures', whole(0, 2 ** 31 - 1))
    .addOption(json())
    .action(async (options) => {
      const { report } = await import('../commands/report.ts');
      await report(options, terminal);
    });

  program
    .command('bench')
    .description('measure how fast this computer trains and recognises, beside ONNX Runtime and Meyda, in turn')
    .option('--seconds <n>', 'how long each program runs at each job (default: 5)', seconds)
    .addOption(new Option('--shape <name>', 'only the small network, A, or the large one, B').choices(['A', 'B']))
    .option('--cells', 'also training of every recurrent cell')
    .option('--growth', 'also how cost grows with every size, and memory with the number of clips: takes minutes')
    .option('--torch <file>', 'also PyTorch, by this Python script')
    .addOption(json())
    .action(async (options: BenchOptions) => {
      const { bench } = await import('../commands/bench.ts');
      await bench(options, terminal);
    });
}
