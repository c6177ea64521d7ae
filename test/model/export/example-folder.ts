import { symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { DEFAULT_FEATURE_SETTINGS } from '../../../src/features/settings.ts';
import { exampleFiles } from '../../../src/model/export/examples/example-files.ts';
import type { ExportForm } from '../../../src/model/export/forms.ts';
import { writeExport } from '../../../src/model/export/write-export.ts';
import type { Model } from '../../../src/model/model.ts';
import { randomModel } from '../random-model.ts';

/** A model of random weights for sound as people record it, with a window of half a second. */
export function exampleModel(): Model {
  const model = randomModel({ inputSize: 12, hiddenSize: 8, layerCount: 2, pooling: 'mean' });
  const features = { ...DEFAULT_FEATURE_SETTINGS, coefficients: 12, melBands: 20, windowFrames: 50 };
  const normaliser = { mean: new Float32Array(12).fill(5), deviation: new Float32Array(12).fill(40) };
  return { ...model, features, normaliser };
}

/** Fills a folder as `heed export` does, with this checkout's packages. */
export async function fillExampleFolder(folder: string, model: Model, form: ExportForm): Promise<void> {
  await writeFile(join(folder, 'model.onnx'), writeExport(model, { form, int8: false }));
  for (const [name, contents] of exampleFiles(model, form)) await writeFile(join(folder, name), contents);
  await symlink(fileURLToPath(new URL('../../../node_modules', import.meta.url)), join(folder, 'node_modules'));
}
