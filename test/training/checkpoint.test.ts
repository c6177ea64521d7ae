import { join } from 'node:path';
import { expect, it } from 'vitest';
import { HeedError } from '../../src/errors.ts';
import { createRandom } from '../../src/random.ts';
import {
  decodeCheckpoint,
  encodeCheckpoint,
  loadCheckpoint,
  saveCheckpoint,
  type Checkpoint,
} from '../../src/training/checkpoint.ts';
import { temporaryFolder } from './sound-folders.ts';

const arrayOf = (from: number): Float32Array => Float32Array.from({ length: 11 }, (_, i) => from + Math.fround(i / 3));
const checkpoint: Checkpoint = {
  fingerprint: 'abc',
  position: { epoch: 3, step: 7, lossSum: 0.1 + 0.2, correctCount: 5, exampleCount: 9 },
  best: {
    epoch: 2,
    score: { loss: 1 / 3, accuracy: 0.75, clipCount: 8, perLabel: { yes: 1, no: 0.5 } },
    parameters: arrayOf(400),
  },
  parameters: arrayOf(100),
  optimiser: { step: 42, firstMoment: arrayOf(200), secondMoment: arrayOf(300) },
};

it('comes back from disk exactly as it went', async () => {
  const path = join(await temporaryFolder(), 'model.onnx.checkpoint');
  await saveCheckpoint(path, checkpoint);
  expect(await loadCheckpoint(path, 'abc')).toEqual(checkpoint);
  await saveCheckpoint(path, { ...checkpoint, best: null });
  expect(await loadCheckpoint(path, 'abc')).toEqual({ ...checkpoint, best: null });
});

it('is undefined where there is none', async () => {
  expect(await loadCheckpoint(join(await temporaryFolder(), 'none'), 'abc')).toBeUndefined();
});

it('is refused, in a sentence, when it belongs to another run', async () => {
  const path = join(await temporaryFolder(), 'model.onnx.checkpoint');
  await saveCheckpoint(path, checkpoint);
  await expect(loadCheckpoint(path, 'abd')).rejects.toMatchObject({
    code: 'checkpoint',
    message: expect.stringMatching(/other settings or other clips/) as string,
  });
});

it('is refused when torn at any byte or changed in any way', () => {
  const bytes = encodeCheckpoint(checkpoint);
  const random = createRandom(1, 'mutations');
  const refused = (mutated: Uint8Array): boolean => {
    try {
      decodeCheckpoint(mutated, 'x');
      return false;
    } catch (error) {
      return error instanceof HeedError && error.code === 'checkpoint';
    }
  };
  for (let end = 0; end < bytes.length; end++) expect(refused(bytes.subarray(0, end))).toBe(true);
  for (let i = 0; i < 1000; i++) {
    const mutated = Uint8Array.from(bytes);
    for (let n = random.integer(4); n >= 0; n--) {
      const at = random.integer(bytes.length);
      mutated[at] = (mutated[at]! + 1 + random.integer(255)) % 256;
    }
    // Two changes of one byte can undo each other.
    if (!Buffer.from(mutated).equals(bytes)) expect(refused(mutated)).toBe(true);
  }
});
