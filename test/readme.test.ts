import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import { writeWav } from '../src/audio/wav-write.ts';
import { createMeydaExtractor } from '../src/features/meyda-extractor.ts';
import { windowLength } from '../src/features/settings.ts';
import { loadModel } from '../src/model/model-file.ts';
import { createClipRecogniser } from '../src/model/recogniser.ts';
import { createReferenceBackend } from '../src/nn/reference-backend.ts';
import { synthesise } from './sounds/synthesise.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const modelFile = join(root, 'models', 'heed-en.onnx');

it.skipIf(!existsSync(modelFile))("the README's script hears in ONNX Runtime what Heed hears", async () => {
  const script = /```js\n([^]*?)```/.exec(await readFile(join(root, 'README.md'), 'utf8'))![1]!;
  const folder = await mkdtemp(join(tmpdir(), 'heed-readme-'));
  try {
    for (const name of ['node_modules', 'models']) await symlink(join(root, name), join(folder, name));
    await writeFile(join(folder, 'recognise.mjs'), script);
    const model = await loadModel(modelFile);
    const recogniser = createClipRecogniser(model, createReferenceBackend(), createMeydaExtractor(model.features));
    const expected: string[] = [];
    for (const kind of ['chirp', 'pulses', 'hum'] as const) {
      // No longer than a window: of a longer sound Heed looks for the loudest part, the script takes the first.
      const samples = synthesise(kind, 2).subarray(0, windowLength(model.features));
      const sound = { samples, sampleRateHz: 16_000 };
      await writeFile(join(folder, `${kind}.wav`), writeWav(sound));
      expected.push(`${kind}.wav ${(await recogniser.classifySound(sound)).label}`);
    }
    const words = ['recognise.mjs', ...expected.map((line) => line.split(' ')[0]!)];
    const { stdout } = await promisify(execFile)(process.execPath, words, { cwd: folder });
    expect(stdout.trim().split('\n')).toEqual(expected);
  } finally {
    await rm(folder, { recursive: true });
  }
});
