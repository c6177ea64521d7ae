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
    terminal.answer(weighingTable(before, after));
    const end = reached ? 'is as light as asked for' : `came near, but is not within ${settings.to}`;
    terminal.answer(`${out} ${end}.`);
  }
}

/** A row for the model before, and one for the lighter one. */
export function weighingTable(before: Weighing, after: Weighing): string {
  const row = (name: string, weighed: Weighing): string[] => [
    name,
    `${weighed.layerCount} × ${weighed.hiddenSize}`,
    weighed.weights,
    weighed.bytes.toLocaleString('en'),
    weighed.frameMicroseconds.toFixed(1),
    weighed.accuracy === null ? '' : percent(weighed.accuracy),
  ];
  return columns([
    ['', 'layers', 'weights', 'bytes', 'µs a frame', 'accuracy'],
    row('before', before),
    row('after', after),
  ]);
}
