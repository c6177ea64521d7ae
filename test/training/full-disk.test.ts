import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it, vi } from 'vitest';
import { createReferenceCompute } from '../../src/training/compute.ts';
import type * as AtomicWrite from '../../src/atomic-write.ts';
import { checkpointPath } from '../../src/training/checkpoint.ts';
import { trainModel } from '../../src/training/train-run.ts';
import { addCorpus, NEVER, temporaryFolder, tinyRun } from './sound-folders.ts';

/** While this names an ending, writing a file with that ending finds the disk full. */
let full: RegExp | undefined;

vi.mock('../../src/atomic-write.ts', async (importOriginal) => {
  const original = await importOriginal<typeof AtomicWrite>();
  return {
    ...original,
    writeAtomically: async (path: string, contents: Uint8Array | string) => {
      if (full?.test(path)) throw original.unwritable(path, Object.assign(new Error(), { code: 'ENOSPC' }));
      await original.writeAtomically(path, contents);
    },
  };
});

async function trainOn(
  diskFullFor: RegExp,
  untilEpoch: number,
): Promise<{ messages: string[]; root: string; run: Promise<unknown> }> {
  const root = await temporaryFolder();
  await addCorpus(root, 2, 1);
  const messages: string[] = [];
  full = diskFullFor;
  const run = trainModel(
    tinyRun(root, { epochs: 3, batch: 8, hidden: 4 }),
    {
      onEpoch: ({ epoch }) => void (epoch >= untilEpoch && (full = undefined)),
      onProgress: ({ stage }) => void messages.push(stage),
    },
    NEVER,
    createReferenceCompute(),
  );
  return { messages, root, run };
}

it('trains on when no checkpoint can be saved, and says so once', async () => {
  const { messages, root, run } = await trainOn(/\.checkpoint$/, 99);
  await run;
  expect(messages.filter((message) => /checkpoint could not be saved: the disk is full/.test(message))).toHaveLength(1);
  expect((await readFile(join(root, 'tiny.onnx'))).length).toBeGreaterThan(1000);
});

it('trains on when the model cannot be saved, and saves it once there is room', async () => {
  const { messages, root, run } = await trainOn(/\.onnx$/, 2);
  await run;
  expect(messages.some((message) => /tiny\.onnx could not be saved: the disk is full/.test(message))).toBe(true);
  expect((await readFile(join(root, 'tiny.onnx'))).length).toBeGreaterThan(1000);
});

it('says at the end that the model could not be saved, and keeps the checkpoint that has it', async () => {
  const { root, run } = await trainOn(/\.onnx$/, 99);
  await expect(run).rejects.toMatchObject({ code: 'file-unwritable' });
  full = undefined;
  expect((await readFile(checkpointPath(join(root, 'tiny.onnx')))).length).toBeGreaterThan(1000);
  const settings = tinyRun(root, { epochs: 3, batch: 8, hidden: 4, resume: true });
  const result = await trainModel(
    settings,
    { onEpoch: () => {}, onProgress: () => {} },
    NEVER,
    createReferenceCompute(),
  );
  expect(result).toMatchObject({ epochs: 3, stopped: false });
});
