import { resolve } from 'node:path';
import { benchTable } from '../bench-table.ts';
import { withEngine } from '../engine.ts';
import { showProgress } from '../progress.ts';
import type { Terminal } from '../terminal.ts';

export interface BenchOptions {
  readonly seconds?: number;
  readonly shape?: 'A' | 'B';
  readonly cells?: true;
  readonly growth?: true;
  readonly torch?: string;
  readonly json?: true;
}

/** Measures Heed beside ONNX Runtime and Meyda, and beside PyTorch where a script for it is given. */
export async function bench(options: BenchOptions, terminal: Terminal): Promise<void> {
  const { json, shape, torch, ...settings } = options;
  const report = await withEngine(terminal, (client) => {
    client.on('progress', showProgress(terminal));
    return client.call('bench', {
      ...settings,
      ...(shape ? { shapes: [shape] } : {}),
      ...(torch === undefined ? {} : { torch: resolve(torch) }),
    });
  });
  if (json) terminal.json(report);
  else terminal.answer(benchTable(report));
}
