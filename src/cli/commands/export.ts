import type { CallInput } from '../../engine/contract/calls.ts';
import { withEngine } from '../engine.ts';
import type { Terminal } from '../terminal.ts';

export interface ExportOptions {
  readonly form: CallInput<'export'>['form'];
  readonly int8?: true;
  readonly out: string;
  readonly folder?: string;
  readonly fileOnly?: true;
  readonly json?: true;
}

/** Writes a model as an ONNX file for other programs. */
export async function exportModel(model: string, options: ExportOptions, terminal: Terminal): Promise<void> {
  const { json, ...settings } = options;
  const result = await withEngine(terminal, (client) => client.call('export', { model, ...settings }));
  if (json) return terminal.json(result);
  const { file, folder, bytes, maxDifference } = result;
  const cost = options.int8 ? 'rounding the weights changes a logit by' : 'in ONNX Runtime a logit differs by';
  terminal.answer(
    `${file}: ${options.form}, ${bytes.toLocaleString('en')} bytes; ${cost} ${maxDifference.toPrecision(2)} at most.`,
  );
  if (folder !== null) terminal.answer(`${folder}: the same with examples; its README.md says how to run them.`);
}
