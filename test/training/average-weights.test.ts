import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { loadModel } from '../../src/model/model-file.ts';
import { averageWeights } from '../../src/training/average-weights.ts';
import { createReferenceCompute } from '../../src/training/compute.ts';
import type { TrainRunResult, TrainRunSettings } from '../../src/training/settings.ts';
import { trainModel } from '../../src/training/train-run.ts';
import { addCorpus, NEVER, temporaryFolder, tinyRun } from './sound-folders.ts';

const listeners = { onEpoch: () => undefined, onProgress: () => undefined };
const run = (settings: TrainRunSettings): Promise<TrainRunResult> =>
  trainModel(settings, listeners, NEVER, createReferenceCompute());

async function weightsOf(file: string): Promise<Float32Array> {
  return Float32Array.from((await loadModel(file)).parameters.values);
}

describe('averageWeights', () => {
  it('is so much of the one and the rest of the other', () => {
    const average = averageWeights(Float32Array.of(1, 2), Float32Array.of(3, -2), 0.25);
    expect(average).toEqual(Float32Array.of(1.5, 1));
  });
});

describe('training with average-with', () => {
  let root: string;
  let start: string;
  const further = (name: string, changes: Partial<TrainRunSettings> = {}): TrainRunSettings =>
    tinyRun(root, { from: start, epochs: 1, seed: 9, out: join(root, name), ...changes });
  beforeAll(async () => {
    root = await temporaryFolder(true);
    await addCorpus(root, 12, 4);
    start = join(root, 'start.onnx');
    await run(tinyRun(root, { out: start, epochs: 4 }));
    await run(further('alone.onnx'));
  }, 60_000);

  it('leaves the mean of the best weights and the other model, with the score and the memory of states of that', async () => {
    const result = await run(further('average.onnx', { averageWith: start, averageShare: 0.25 }));
    const [before, alone, average] = await Promise.all([start, join(root, 'alone.onnx'), result.out].map(weightsOf));
    average!.forEach((value, i) => expect(value).toBeCloseTo(0.75 * alone![i]! + 0.25 * before![i]!, 5));
    expect(alone).not.toEqual(before);
    const [model, other] = await Promise.all([result.out, join(root, 'alone.onnx')].map(loadModel));
    expect(model!.scores[0]!.accuracy).toBe(result.validationAccuracy);
    expect(model!.states!.means).not.toEqual(other!.states!.means);
  });

  it('takes half of each where no share is given', async () => {
    const { out } = await run(further('half.onnx', { averageWith: start }));
    const [before, alone, average] = await Promise.all([start, join(root, 'alone.onnx'), out].map(weightsOf));
    average!.forEach((value, i) => expect(value).toBeCloseTo((alone![i]! + before![i]!) / 2, 5));
  });

  it('refuses what cannot be averaged, in a sentence', async () => {
    const wide = join(root, 'wide.onnx');
    await run(tinyRun(root, { out: wide, hidden: 8, epochs: 1 }));
    const refused = (changes: Partial<TrainRunSettings>) => expect(run(further('refused.onnx', changes))).rejects;
    await refused({ averageWith: wide }).toMatchObject({ code: 'usage', message: /different shapes/ });
    await refused({ averageShare: 0.5 }).toMatchObject({ code: 'usage', message: /average-with/ });
    await refused({ averageWith: start, tuning: { sparsity: 0.5 } }).toMatchObject({ code: 'usage', message: /zeros/ });
    const stranger = join(root, 'stranger.onnx');
    await run(tinyRun(root, { out: stranger, epochs: 1, seed: 77 }));
    await refused({ averageWith: stranger }).toMatchObject({ code: 'usage', message: /normalised/ });
    await refused({ averageWith: join(root, 'none.onnx') }).toMatchObject({ code: 'model-missing' });
  });
});
