import type { FinetuneAnswer } from '../../engine/contract/finetune-calls.ts';
import { withEngine } from '../engine.ts';
import { percent } from '../format.ts';
import { showProgress } from '../progress.ts';
import type { Terminal } from '../terminal.ts';
import { epochLine, stopOnInterrupt } from './train.ts';

export interface FinetuneOptions {
  readonly from: string;
  readonly out: string;
  readonly background?: string;
  readonly validation?: string;
  readonly passes?: number;
  readonly seed?: number;
  readonly json?: true;
}

/** Adapts a model to a folder of takes. Ctrl-C ends it with the best so far; a second Ctrl-C ends it at once. */
export async function finetune(folder: string, options: FinetuneOptions, terminal: Terminal): Promise<void> {
  const { json, ...settings } = options;
  const result = await withEngine(terminal, async (client) => {
    client.on('progress', showProgress(terminal));
    client.on('train.epoch', (epoch) => {
      terminal.say(epochLine(epoch));
      if (json) terminal.json(epoch);
    });
    const forgetInterrupt = stopOnInterrupt(client, terminal);
    try {
      return await client.call('finetune', { folder, ...settings, command: commandOf(folder, settings) });
    } finally {
      forgetInterrupt();
    }
  });
  for (const { reason } of result.skipped) terminal.problem(reason);
  if (json) terminal.json(result);
  else terminal.answer(resultLine(result));
}

function resultLine({ out, bytes, newLabels, improved, validationAccuracy, accuracyBefore }: FinetuneAnswer): string {
  const size = `${out}: ${bytes.toLocaleString('en')} bytes`;
  if (!improved) return `${size}; the old model, since the takes made it no better on those held out.`;
  const learned = newLabels.length > 0 ? `, with ${newLabels.join(', ')}` : '';
  const measured =
    validationAccuracy === null || accuracyBefore === null
      ? ''
      : `, ${percent(validationAccuracy)} right on held-out takes (before: ${percent(accuracyBefore)})`;
  return `${size}${learned}${measured}.`;
}

/** The command for the model's provenance: what shapes the model, without the user's folders beyond their names. */
function commandOf(folder: string, { from, out, background, validation, passes, seed }: FinetuneOptions): string {
  const name = (path: string): string => path.split(/[/\\]/).filter(Boolean).at(-1) ?? path;
  const words = [`heed finetune ${name(folder)} --from ${name(from)} --out ${name(out)}`];
  if (background !== undefined) words.push(`--background ${name(background)}`);
  if (validation !== undefined) words.push(`--validation ${name(validation)}`);
  if (passes !== undefined) words.push(`--passes ${passes}`);
  if (seed !== undefined) words.push(`--seed ${seed}`);
  return words.join(' ');
}
