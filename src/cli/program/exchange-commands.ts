import { Option, type Command } from 'commander';
import type { ExportOptions } from '../commands/export.ts';
import type { FormsOptions } from '../commands/forms.ts';
import type { Terminal } from '../terminal.ts';
import { numbers, seconds, whole, words } from './option-values.ts';
import { json } from './shared-options.ts';

/** Models from and for other programs. */
export function addExchangeCommands(program: Command, terminal: Terminal): void {
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
      const { importFile } = await import('../commands/import.ts');
      await importFile(file, options, terminal);
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
    .option(
      '--folder <dir>',
      'the new folder for the model, its labels, and examples that run at once (default: beside the file, of its name)',
    )
    .addOption(new Option('--file-only', 'the file alone, without that folder').conflicts('folder'))
    .addOption(json())
    .action(async (file: string, options: ExportOptions) => {
      const { exportModel } = await import('../commands/export.ts');
      await exportModel(file, options, terminal);
    });

  program
    .command('forms')
    .description('measure every form in which a model can be exported: size, difference, speed in ONNX Runtime')
    .argument('<model>', 'a model file')
    .option('--seconds <n>', 'how long each form runs (default: 2)', seconds)
    .option('--validation <dir>', 'also the accuracy in float32 and in eight bits on this folder of labelled folders')
    .addOption(json())
    .action(async (file: string, options: FormsOptions) => {
      const { forms } = await import('../commands/forms.ts');
      await forms(file, options, terminal);
    });
}
