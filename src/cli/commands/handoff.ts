import type { CallInput } from '../../engine/contract/calls.ts';
import { withEngine } from '../engine.ts';
import { showProgress } from '../progress.ts';
import type { Terminal } from '../terminal.ts';

export interface HandoffOptions {
  readonly out: string;
  readonly validation?: string;
  readonly background?: string[];
  readonly labels?: string[];
  readonly hidden?: number;
  readonly layers?: number;
  readonly epochs?: number;
  readonly batch?: number;
  readonly seed?: number;
  readonly copies?: number;
  readonly cell?: CallInput<'handoff'>['cell'];
  readonly resetAfter?: true;
  readonly json?: true;
}

/** Writes what a training run on other machines needs. */
export async function handoff(folders: string[], options: HandoffOptions, terminal: Terminal): Promise<void> {
  const { json, resetAfter, ...settings } = options;
  const result = await withEngine(terminal, (client) => {
    client.on('progress', showProgress(terminal));
    return client.call('handoff', { folders, ...settings, ...(resetAfter && { cell: 'gru-reset-after' }) });
  });
  if (json) terminal.json(result);
  else
    terminal.answer(
      `${result.folder}: ${result.shards} shards of ${result.clips} clips. Train there with ` +
        `torchrun --nproc_per_node=2 train.py, then heed import trained.onnx --recipe recipe.json --out model.onnx.`,
    );
}
