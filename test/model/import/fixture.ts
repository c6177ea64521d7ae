import { readFileSync } from 'node:fs';
import type { ImportSettings } from '../../../src/model/import/import-model.ts';

/** A small classifier of another program, made by make-torch-fixtures.py or make-keras-fixtures.py. */
export function fixture(name: string): Uint8Array {
  return readFileSync(new URL(`fixtures/${name}.onnx`, import.meta.url));
}

export const THREE_LABELS = ['yes', 'no', '_unknown_'];

export const IMPORT_SETTINGS: ImportSettings = { labels: THREE_LABELS, heedVersion: '0.0.0', command: 'a test' };
