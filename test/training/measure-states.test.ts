import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { loadModel } from '../../src/model/model-file.ts';
import type { Model } from '../../src/model/model.ts';
import { createReferenceCompute } from '../../src/training/compute.ts';
import { createStateNetwork } from '../../src/model/pooled-states.ts';
import { trainModel } from '../../src/training/train-run.ts';
import { createRandom } from '../../src/random.ts';
import { tensorValues } from '../../src/nn/parameters.ts';
import { addClips, NEVER, temporaryFolder, tinyRun } from './sound-folders.ts';

const compute = createReferenceCompute();
const quiet = { onEpoch: () => {}, onProgress: () => {} };
let model: Model;
beforeAll(async () => {
  const root = await temporaryFolder(true);
  for (const kind of ['chirp', 'hum', 'pulses'] as const) {
    await addClips(join(root, 'train'), kind, 6);
    await addClips(join(root, 'validation'), kind, 2, { firstSeed: 1000 });
  }
  const run = tinyRun(root, { epochs: 4, batch: 8, hidden: 8, labels: ['chirp', 'hum'] });
  await trainModel(run, quiet, NEVER, compute);
  model = await loadModel(run.out);
}, 60_000);

describe('the statistics that training leaves in a model', () => {
  it('name every word, those among the unknown too, words cut off, and silence', () => {
    const groups = new Map(model.states!.groups.map(({ name, label }) => [name, label]));
    expect(groups.get('chirp')).toBe('chirp');
    expect(groups.get('pulses')).toBe('_unknown_');
    expect(groups.get('_silence_')).toBe('_silence_');
    expect(model.states!.groups.every(({ count }) => count > 0)).toBe(true);
  });

  it('lie where the head takes each group for its label', () => {
    const { states, shape, parameters } = model;
    const weights = tensorValues(parameters, 'head.weights');
    const bias = tensorValues(parameters, 'head.bias');
    const H = shape.hiddenSize;
    const taken = states!.groups.map((_, g) => {
      const logits = model.labels.map((_, c) => {
        let sum = bias[c]!;
        for (let j = 0; j < H; j++) sum += weights[c * H + j]! * states!.means[g * H + j]!;
        return sum;
      });
      return model.labels[logits.indexOf(Math.max(...logits))];
    });
    const words = states!.groups
      .map(({ label }, g) => [label, taken[g]] as const)
      .filter(([label]) => label === 'chirp' || label === 'hum');
    expect(words).toEqual([
      ['chirp', 'chirp'],
      ['hum', 'hum'],
    ]);
  });
});

describe('the states of words as they are heard live', () => {
  it('are those of the labels, and lie where the head takes each for its word', () => {
    const { words } = model.states!;
    expect(words!.labels).toEqual(['chirp', 'hum']);
    const H = model.shape.hiddenSize;
    const weights = tensorValues(model.parameters, 'head.weights');
    const bias = tensorValues(model.parameters, 'head.bias');
    for (const [w, label] of words!.labels.entries()) {
      const logits = words!.labels.map((other) => {
        const c = model.labels.indexOf(other);
        return words!.means.subarray(w * H, (w + 1) * H).reduce((sum, s, j) => sum + s * weights[c * H + j]!, bias[c]!);
      });
      expect(words!.labels[logits.indexOf(Math.max(...logits))]).toBe(label);
    }
  });
});

describe('a network of pooled states', () => {
  it('answers with what the head multiplies', () => {
    const { shape, parameters, features } = model;
    const random = createRandom(4);
    const frameCount = features.windowFrames;
    const inputs = Float32Array.from({ length: frameCount * shape.inputSize }, () => random.normal());
    const batch = { inputs, lengths: Int32Array.of(frameCount), frameCount };
    const states = Array.from(createStateNetwork(compute.backend, shape, parameters.values).forward(batch));
    const logits = compute.backend.createNetwork(shape, parameters).forward(batch);
    const weights = tensorValues(parameters, 'head.weights');
    const bias = tensorValues(parameters, 'head.bias');
    expect(states.length).toBe(shape.hiddenSize);
    logits.forEach((logit, c) => {
      const sum = states.reduce((total, state, j) => total + state * weights[c * states.length + j]!, bias[c]!);
      expect(sum).toBeCloseTo(logit, 5);
    });
  });
});
