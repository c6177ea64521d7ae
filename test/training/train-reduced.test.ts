import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createCompute } from '../../src/engine/compute.ts';
import { loadModel } from '../../src/model/model-file.ts';
import { createReferenceCompute } from '../../src/training/compute.ts';
import { evaluateFolder } from '../../src/training/evaluate-folder.ts';
import { trainModel } from '../../src/training/train-run.ts';
import { addon } from '../native/load.ts';
import { stepCounting } from './step-counting.ts';
import { addCorpus, NEVER, temporaryFolder, tinyRun } from './sound-folders.ts';

const quiet = { onEpoch: () => {}, onProgress: () => {} };

let root: string;
beforeAll(async () => {
  root = await temporaryFolder(true);
  await addCorpus(root, 12, 8);
});
afterAll(() => rm(root, { recursive: true, force: true }));

const compute = createCompute();
/** In 16 bits, as far as the kernels that the program takes have them. */
const precisions = [
  'bfloat16' as const,
  ...(compute.core && addon?.float16InstructionSets.includes(compute.core.instructionSet)
    ? (['float16'] as const)
    : []),
];

describe.skipIf(!addon).each(precisions)('training in %s', (reduced) => {
  it('learns the sounds, says in the model that it did so, and makes the same file twice', async () => {
    const files: Buffer[] = [];
    for (const name of ['one.onnx', 'two.onnx', 'full.onnx']) {
      const precision = name === 'full.onnx' ? ('float32' as const) : reduced;
      const settings = tinyRun(root, { batch: 8, precision, out: join(root, name), command: 'heed train' });
      await trainModel(settings, quiet, NEVER, compute);
      files.push(await readFile(settings.out));
    }
    expect(files[1]).toEqual(files[0]);
    expect(files[2]).not.toEqual(files[0]);
    const [model, full] = [await loadModel(join(root, 'one.onnx')), await loadModel(join(root, 'full.onnx'))];
    expect(model.provenance.precision).toBe(reduced);
    expect(full.provenance).not.toHaveProperty('precision');

    // What the file says it scored is what it scores where it is used, in float32.
    const settings = { folder: join(root, 'validation'), model, seed: 1, cacheFolder: join(root, 'cache') };
    const measured = await evaluateFolder(settings, createReferenceCompute(), () => {}, NEVER);
    expect(measured.accuracy).toBeGreaterThan(0.95);
    for (const label of ['chirp', 'hum', 'pulses'])
      expect(model.scores[0]!.perLabel[label]).toBe(measured.perLabel[label]!.accuracy);
  });

  it('goes on from its own checkpoint to the same file, and not from that of a float32 run', async () => {
    const settings = (name: string) =>
      tinyRun(root, { epochs: 3, precision: reduced, out: join(root, name), command: 'heed train' });
    await trainModel(settings('through.onnx'), quiet, NEVER, compute);
    const stopped = settings('stopped.onnx');
    const signal = { aborted: false };
    const stopping = stepCounting(
      { ...compute, backend: compute.backendIn(reduced) },
      (step) => void (signal.aborted = step === 5),
    );
    await trainModel(stopped, quiet, signal, { ...compute, backendIn: () => stopping.backend });
    const resumed = { ...stopped, resume: true };
    await expect(trainModel({ ...resumed, precision: 'float32' }, quiet, NEVER, compute)).rejects.toMatchObject({
      code: 'checkpoint',
    });
    await trainModel(resumed, quiet, NEVER, compute);
    expect(await readFile(stopped.out)).toEqual(await readFile(join(root, 'through.onnx')));
  });
});

it('is refused without the native core, before anything is trained', async () => {
  const settings = tinyRun(root, { precision: 'bfloat16', out: join(root, 'refused.onnx') });
  await expect(trainModel(settings, quiet, NEVER, createReferenceCompute())).rejects.toMatchObject({
    code: 'usage',
    message: expect.stringContaining('bfloat16') as string,
  });
});
