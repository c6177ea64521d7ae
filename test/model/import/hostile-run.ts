import { readdirSync, readFileSync } from 'node:fs';
import { HeedError } from '../../../src/errors.ts';
import { importModel } from '../../../src/model/import/import-model.ts';
import { writeExport } from '../../../src/model/export/write-export.ts';
import { writeModel } from '../../../src/model/onnx/write.ts';
import { createRandom } from '../../../src/random.ts';
import { randomModel } from '../random-model.ts';
import { IMPORT_SETTINGS } from './fixture.ts';
import { mutated } from './mutations.ts';

/** What became of many mutated files. */
export interface HostileRun {
  /** Files that are still a network, and were taken. */
  taken: number;
  refused: number;
  /** What was thrown but is no HeedError of an import, or was taken but cannot be saved. */
  failures: string[];
  /** The longest that one file took the processor. */
  slowestMs: number;
}

const REFUSALS = ['model-format', 'model-unsupported', 'feature-mismatch', 'feature-settings', 'usage'];

/** Imports `count` mutations of all fixtures and of two files of Heed's own; the same seed makes the same files. */
export function importMutations(count: number, seed: number): HostileRun {
  const folder = new URL('fixtures/', import.meta.url);
  const files = readdirSync(folder)
    .filter((name) => name.endsWith('.onnx'))
    .sort()
    .map((name) => new Uint8Array(readFileSync(new URL(name, folder))));
  const foreignCount = files.length;
  const model = randomModel({ classCount: 5, layerCount: 2 });
  files.push(writeModel(model), writeExport(model, { form: 'clip', int8: true }));
  const run: HostileRun = { taken: 0, refused: 0, failures: [], slowestMs: 0 };
  for (let round = 0; round < count; round++) {
    const random = createRandom(seed, round);
    const bytes = mutated(files[round % files.length]!, random);
    const before = process.cpuUsage();
    try {
      const own = round % files.length >= foreignCount;
      writeModel(importModel(bytes, 'hostile.onnx', own ? { ...IMPORT_SETTINGS, labels: undefined } : IMPORT_SETTINGS));
      run.taken++;
    } catch (error) {
      run.refused++;
      const proper =
        error instanceof HeedError &&
        (REFUSALS.includes(error.code) || error.code === 'labels-missing') &&
        /^\P{Cc}{10,600}\.$/u.test(error.message);
      if (!proper) run.failures.push(`round ${round}: ${error instanceof Error ? (error.stack ?? '') : String(error)}`);
    }
    const { user, system } = process.cpuUsage(before);
    run.slowestMs = Math.max(run.slowestMs, (user + system) / 1000);
  }
  return run;
}
