import { asHeedError, type ErrorCode } from '../../errors.ts';
import { withEngine } from '../engine.ts';
import { percent } from '../format.ts';
import type { ExitCode } from '../run.ts';
import type { Terminal } from '../terminal.ts';

const MODEL_PROBLEMS: readonly ErrorCode[] = [
  'model-missing',
  'model-format',
  'model-unsupported',
  'feature-mismatch',
  'feature-settings',
];

/** Classifies clips. A file that cannot be read is said so, and the others are answered all the same. */
export async function recognize(
  files: readonly string[],
  options: { readonly model?: string; readonly json?: true },
  terminal: Terminal,
): Promise<ExitCode> {
  return withEngine(terminal, async (client) => {
    let exitCode: ExitCode = 0;
    for (const file of files) {
      if (terminal.outputClosed) break;
      try {
        const { label, score, scores, warnings } = await client.call('recognize', { file, model: options.model });
        for (const warning of warnings) terminal.problem(warning);
        if (options.json) terminal.json({ file, label, score, scores });
        else terminal.answer(`${file}: ${label} (${percent(score)})`);
      } catch (error) {
        const { code, message } = asHeedError(error);
        // What is wrong with the model is wrong with every file.
        if (MODEL_PROBLEMS.includes(code)) throw error;
        terminal.problem(message);
        exitCode = 1;
      }
    }
    return exitCode;
  });
}
