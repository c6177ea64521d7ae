import type { CallInput } from '../../engine/contract/calls.ts';
import type { Weighing } from '../../engine/contract/compress-calls.ts';
import { withEngine } from '../engine.ts';
import { columns, percent } from '../format.ts';
import { showProgress } from '../progress.ts';
import type { Terminal } from '../terminal.ts';
import { epochLine, stopOnInterrupt } from './train.ts';

export interface CompressOptions extends Omit<CallInput<'compress'>, 'model' | 'folders' | 'command'> {
  readonly json?: true;
}

/** Makes a model lighter, and says what that took from it. */
export async function compress(
  model: string,
  folders: string[],
  { json, ...settings }: CompressOptions,
  terminal: Terminal,
): Promise<void> {
  const { before, after, reached, out } = await withEngine(terminal, async (client) => {
    client.on('progress', showProgress(terminal));
    client.on('train.epoch', (epoch) => terminal.say(epochLine(epoch)));
    const forgetInterrupt = stopOnInterrupt(client, terminal, 'Stopping; the same command goes on.');
    try {
      return await client.call('compress', {
        model,
        folders,
        ...settings,
        command: `heed compress --to ${settings.to}`,
      });
    } finally {
      forgetInterrupt();
    }
  });
  if (json) terminal.json({ out, before, after, reached });
  else {
    terminal.answer(
      weighingTable([
        { name: 'before', ...before },
        { name: 'after', ...after },
      ]),
    );
    const end = reached ? 'is as light as asked for' : `came near, but is not within ${settings.to}`;
    terminal.answer(`${out} ${end}.`);
  }
}

/** Makes a model lighter in every way, and prints what each came to. */
export async function compareLighter(
  model: string,
  folders: string[],
  { json, ...settings }: Omit<CompressOptions, 'to'>,
  terminal: Terminal,
): Promise<void> {
  const { models, known } = await withEngine(terminal, async (client) => {
    client.on('progress', showProgress(terminal));
    client.on('train.epoch', (epoch) => terminal.say(epochLine(epoch)));
    const forgetInterrupt = stopOnInterrupt(client, terminal, 'Stopping; the same command goes on.');
    try {
      return await client.call('compress.compare', { model, folders, ...settings, command: 'heed compress --compare' });
    } finally {
      forgetInterrupt();
    }
  });
  if (json) for (const lighter of models) terminal.json(lighter);
  else terminal.answer(weighingTable(models));
  if (known > 0)
    terminal.say(`${known === 1 ? 'One model was' : `${known} models were`} made before, and only measured again.`);
}

/** A row for each model. */
export function weighingTable(models: readonly (Weighing & { readonly name: string })[]): string {
  const rows = models.map((weighed) => [
    weighed.name,
    `${weighed.layerCount} × ${weighed.hiddenSize}`,
    weighed.weights,
    weighed.bytes.toLocaleString('en'),
    weighed.frameMicroseconds.toFixed(1),
    weighed.accuracy === null ? '' : percent(weighed.accuracy),
  ]);
  return columns([['', 'layers', 'weights', 'bytes', 'µs a frame', 'accuracy'], ...rows]);
}
