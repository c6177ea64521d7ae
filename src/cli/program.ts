import { Command, InvalidArgumentError, Option } from 'commander';
import { HEED_VERSION } from '../version.ts';
import type { BenchOptions } from './commands/bench.ts';
import type { CalibrateOptions } from './commands/calibrate.ts';
import type { EvaluateStreamOptions } from './commands/evaluate-stream.ts';
import type { MakeStreamOptions } from './commands/make-stream.ts';
import type { ExportOptions } from './commands/export.ts';
import type { HandoffOptions } from './commands/handoff.ts';
import type { FormsOptions } from './commands/forms.ts';
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
  const model = () => new Option('--model <file>', 'the model to use (default: the one chosen in the settings)');
  const json = () => new Option('--json', 'one JSON value per line on standard output, and nothing else there');

  program
    .command('recognize')
    .description('say which word is in each clip')
    .argument('<file...>', 'WAV files')
    .addOption(model())
    .addOption(json())
    .action(async (files: string[], options: { model?: string; json?: true }) => {
      const { recognize } = await import('./commands/recognize.ts');
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
      const { listen } = await import('./commands/listen.ts');
      await listen(file, options, terminal);
    });

  program
    .command('train')
    .description('train a model from scratch on folders of labelled folders')
    .argument('<dir...>', 'folders that hold one folder of clips per label')
    .requiredOption('--out <file>', 'the model file to write')
    .option('--validation <dir>', 'a folder of labelled folders to measure on (default: some speakers are held out)')
    .option('--background <dir...>', 'folders of recordings of noise, mixed in and learned as silence')
    .option('--leave-out <file...>', 'lists of recordings not to touch, one <folder>/<file> or <folder> a line')
    .option('--from <model>', 'go on from the weights of a model with the same labels')
    .option('--learning-rate <x>', 'the highest rate of the schedule', real(1e-6, 1))
    .option('--unknown-weight <x>', 'examples of unknown speech in an epoch, in those of a word', real(0.01, 100))
    .addOption(new Option('--hop-ms <n>', 'from one frame to the next').choices(['10', '20']))
    .option('--labels <a,b,…>', 'the words to learn; every other folder is learned as unknown', words)
    .option('--hidden <n>', 'units in each layer', whole(1, 4096))
    .option('--layers <n>', 'recurrent layers', whole(1, 8))
    .option('--epochs <n>', 'passes over the clips', whole(1, 10_000))
    .option('--batch <n>', 'clips per step', whole(1, 4096))
    .option('--seed <n>', 'the same seed gives the same model', whole(0, 2 ** 31 - 1))
    .addOption(
      new Option(
        '--precision <name>',
        'of the matrix products: bfloat16 is quicker on some processors, and rounds',
      ).choices(['float32', 'bfloat16']),
    )
    .option('--attribution <text>', 'sources and licences of the recordings, kept in the model')
    .option('--resume', 'go on where the same run was interrupted')
    .addOption(json())
    .action(async (folders: string[], options) => {
      const { train } = await import('./commands/train.ts');
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
      const { finetune } = await import('./commands/finetune.ts');
      await finetune(folder, options, terminal);
    });

  program
    .command('handoff')
    .description(
      'write all that a training run on other machines needs: examples, recipe, weights and a PyTorch program',
    )
    .argument('<dir...>', 'folders that hold one folder of clips per label')
    .requiredOption('--out <folder>', 'a new folder')
    .option('--validation <dir>', 'a folder of labelled folders to measure on (default: some speakers are held out)')
    .option('--background <dir...>', 'folders of recordings of noise, mixed in and learned as silence')
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
    .option('--reset-after', "reset after the product, as PyTorch's own GRU does: faster on GPUs")
    .addOption(json())
    .action(async (folders: string[], options: HandoffOptions) => {
      const { handoff } = await import('./commands/handoff.ts');
      await handoff(folders, options, terminal);
    });

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
      const { evaluate } = await import('./commands/evaluate.ts');
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
      const { makeStream } = await import('./commands/make-stream.ts');
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
      const { evaluateStream } = await import('./commands/evaluate-stream.ts');
      await evaluateStream({ wav, truth }, options, terminal);
    });

  program
    .command('calibrate')
    .description('choose a threshold for each word on long recordings, and write a model with them')
    .argument('<model>', 'a model file')
    .requiredOption('--stream <files...>', 'a recording and its truth file; may be given several times')
    .requiredOption('--false-accepts-per-hour <n>', 'the most that all words together may make', real(0, 3600))
    .requiredOption('--out <file>', 'the model file to write')
    .addOption(json())
    .action(async (model: string, options: CalibrateOptions) => {
      const { calibrate } = await import('./commands/calibrate.ts');
      await calibrate(model, options, terminal);
    });

  program
    .command('inspect')
    .description('say what a model file is')
    .argument('<file>', 'a model file')
    .addOption(json())
    .action(async (file: string, options: { json?: true }) => {
      const { inspect } = await import('./commands/inspect.ts');
      await inspect(file, options, terminal);
    });

  program
    .command('export')
    .description('write a model as an ONNX file for other programs, checked in ONNX Runtime')
    .argument('<model>', 'a model file')
    .addOption(
      new Option('--form <form>', 'what goes in: MFCC frames, sound of any length, or a frame or hop at a time')
        .choices(['clip', 'audio', 'stream', 'stream-audio'])
        .makeOptionMandatory(),
    )
    .option('--int8', 'weights in eight bits: a third of the size or less')
    .requiredOption('--out <file>', 'the file to write')
    .option('--folder <dir>', 'also fill this new folder with the model, its labels, and examples that run at once')
    .addOption(json())
    .action(async (file: string, options: ExportOptions) => {
      const { exportModel } = await import('./commands/export.ts');
      await exportModel(file, options, terminal);
    });

  program
    .command('import')
    .description('bring in a GRU classifier exported as ONNX from PyTorch or Keras, or a model that Heed saved')
    .argument('<file>', 'an ONNX file')
    .requiredOption('--out <file>', 'the model file to write')
    .option('--labels <a,b,…>', 'what its outputs mean, in their order (a model that Heed saved knows)', words)
    .option('--recipe <file>', 'JSON with labels, features and normaliser, such as `heed handoff` writes')
    .option('--hop <samples>', 'from frame to frame, at 16 kHz', whole(1, 65_536))
    .option('--frame <samples>', 'in a frame, at 16 kHz', whole(1, 65_536))
    .option('--mel <n>', 'mel bands', whole(1, 1024))
    .option('--coefficients <n>', 'MFCCs per frame (default: as many as it takes)', whole(1, 1024))
    .option(
      '--window-frames <n>',
      'frames heard at once (default: those it was exported for, or a second)',
      whole(1, 10_000),
    )
    .option('--mean <a,b,…>', 'subtracted from the features first: one number, or one for each', numbers)
    .option('--std <a,b,…>', 'the features are then divided by: one number, or one for each', numbers)
    .addOption(json())
    .action(async (file: string, options) => {
      const { importFile } = await import('./commands/import.ts');
      await importFile(file, options, terminal);
    });

  program
    .command('forms')
    .description('measure every form in which a model can be exported: size, difference, speed in ONNX Runtime')
    .argument('<model>', 'a model file')
    .option('--seconds <n>', 'how long each form runs (default: 2)', seconds)
    .option('--validation <dir>', 'also the accuracy in float32 and in eight bits on this folder of labelled folders')
    .addOption(json())
    .action(async (file: string, options: FormsOptions) => {
      const { forms } = await import('./commands/forms.ts');
      await forms(file, options, terminal);
    });

  program
    .command('bench')
    .description('measure how fast this computer trains and recognises, beside ONNX Runtime and Meyda, in turn')
    .option('--seconds <n>', 'how long each program runs at each job (default: 5)', seconds)
    .addOption(new Option('--shape <name>', 'only the small network, A, or the large one, B').choices(['A', 'B']))
    .option('--growth', 'also how cost grows with every size, and memory with the number of clips: takes minutes')
    .option('--torch <file>', 'also PyTorch, by this Python script')
    .addOption(json())
    .action(async (options: BenchOptions) => {
      const { bench } = await import('./commands/bench.ts');
      await bench(options, terminal);
    });

  program
    .command('report')
    .description('measure a model by the protocols that its report is made of')
    .option('--data <dir>', 'the folder of all recordings (default: HEED_DATA)')
    .addOption(model())
    .option('--only <a,b,…>', 'only these parts: clips, live, few-shot, forgetting, negatives', words)
    .option('--short', 'three speakers, and not all of them')
    .option('--seed <n>', 'the same seed gives the same figures', whole(0, 2 ** 31 - 1))
    .addOption(json())
    .action(async (options) => {
      const { report } = await import('./commands/report.ts');
      await report(options, terminal);
    });

  program
    .command('serve')
    .description('the studio in a browser, on this computer only')
    .option('--port <n>', 'the port to listen on (default: any that is free)', whole(0, 65_535))
    .option('--open', 'open it in the default browser')
    .addOption(json())
    .action(async (options: { port?: number; open?: true; json?: true }) => {
      const { serve } = await import('./commands/serve.ts');
      await serve(options, terminal);
    });

  return program;
}

/** A whole number in a range, as an option's value. */
function whole(low: number, high: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (!/^\d+$/.test(text) || value < low || value > high)
      throw new InvalidArgumentError(`It must be a whole number from ${low} to ${high}.`);
    return value;
  };
}

/** A number in a range, as an option's value. */
function real(low: number, high: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (!/^[+-]?(\d+\.?\d*|\.\d+)$/.test(text) || value < low || value > high)
      throw new InvalidArgumentError(`It must be a number from ${low} to ${high}.`);
    return value;
  };
}

/** A time in seconds, as an option's value. */
function seconds(text: string): number {
  const value = Number(text);
  if (text.trim() === '' || !(value > 0 && value <= 3600))
    throw new InvalidArgumentError('It must be a number of seconds above 0, up to 3600.');
  return value;
}

/** Labels with commas between them. */
function words(text: string): string[] {
  const labels = text.split(',').map((label) => label.trim());
  if (labels.some((label) => label === '')) throw new InvalidArgumentError('Labels are separated by single commas.');
  return labels;
}

/** Numbers with commas between them. */
function numbers(text: string): number[] {
  const values = text.split(',').map((value) => (value.trim() === '' ? Number.NaN : Number(value)));
  if (!values.every(Number.isFinite)) throw new InvalidArgumentError('It must be numbers, separated by single commas.');
  return values;
}
