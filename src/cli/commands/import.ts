import { withEngine } from '../engine.ts';
import type { Terminal } from '../terminal.ts';
import { describe } from './inspect.ts';

export interface ImportOptions {
  readonly out: string;
  readonly labels?: string[];
  readonly recipe?: string;
  readonly hop?: number;
  readonly frame?: number;
  readonly mel?: number;
  readonly coefficients?: number;
  readonly windowFrames?: number;
  readonly mean?: number[];
  readonly std?: number[];
  readonly json?: true;
}

/** Brings in a GRU classifier from elsewhere, or a file of Heed's own, as a model. */
export async function importFile(file: string, options: ImportOptions, terminal: Terminal): Promise<void> {
  const { out, labels, recipe, mean, std, json } = options;
  const description = await withEngine(terminal, (client) =>
    client.call('import', {
      ...{ file, out, labels, recipe, mean, deviation: std },
      features: {
        hopLength: options.hop,
        frameLength: options.frame,
        melBands: options.mel,
        coefficients: options.coefficients,
        windowFrames: options.windowFrames,
      },
      command: `heed import ${file.split(/[/\\]/).at(-1)}`,
    }),
  );
  if (json) terminal.json(description);
  else terminal.answer(describe(description));
}
