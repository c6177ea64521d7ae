import { describe, expect, it } from 'vitest';
import { initialiseParameters } from '../../src/nn/initialise.ts';
import type { NetworkShape } from '../../src/nn/network.ts';
import { parameterCount, tensorValues } from '../../src/nn/parameters.ts';
import { createReferenceBackend } from '../../src/nn/reference-backend.ts';
import { traceAttention } from '../../src/nn/trace.ts';
import { randomBatch, randomParameters, sequenceOf } from './random-batch.ts';

const shape = (pooling: NetworkShape['pooling']): NetworkShape => ({
  inputSize: 3,
  hiddenSize: 8,
  layerCount: 1,
  classCount: 4,
  cell: 'gru',
  pooling,
});
const LENGTHS = [6, 2, 4];
const batch = randomBatch(shape('mean'), LENGTHS, 6, 5);
const frames = (b: number): Float64Array =>
  sequenceOf(shape('mean'), batch, b).inputs.slice(0, LENGTHS[b]! * 3) as Float64Array;

describe.each(['attention', 'multi-head'] as const)('a network that pools by %s', (pooling) => {
  const network = (of: NetworkShape, parameters = initialiseParameters(of, 3, 'float64')) =>
    createReferenceBackend().createNetwork(of, parameters);

  it('answers before training as the one that pools by the mean', () => {
    const mean = network(shape('mean')).forward(batch);
    network(shape(pooling))
      .forward(batch)
      .forEach((logit, i) => expect(logit).toBeCloseTo(mean[i]!, 12));
  });

  it('learns to answer otherwise', async () => {
    const trained = network(shape(pooling));
    const trainer = trained.createTrainer({
      ...{ beta1: 0.9, beta2: 0.999, epsilon: 1e-8, clipNorm: 5, dropout: 0, seed: 1 },
      truncateFrames: Number.POSITIVE_INFINITY,
    });
    await trainer.step(batch, { loss: 'cross-entropy', classes: Int32Array.of(0, 1, 2) }, 0.01);
    const asking = trained.parameters.tensors.filter(({ name }) => name.startsWith('pooling.'));
    expect(asking.length).toBe(pooling === 'attention' ? 1 : 2);
    for (const { name } of asking) expect(tensorValues(trained.parameters, name).some(Boolean), name).toBe(true);
  });

  it('tells weights for each frame and head, which add up to 1 over the frames', () => {
    const parameters = randomParameters(shape(pooling), 1);
    const { heads, weights } = traceAttention(shape(pooling), parameters, frames(2))!;
    expect(heads).toBe(pooling === 'attention' ? 1 : 4);
    expect(weights.length).toBe(4 * heads);
    for (let head = 0; head < heads; head++) {
      const own = [...weights].filter((_, i) => i % heads === head);
      expect(own.every((weight) => weight > 0)).toBe(true);
      expect(own.reduce((sum, weight) => sum + weight, 0)).toBeCloseTo(1, 12);
      expect(new Set(own).size).toBe(4);
    }
  });
});

describe('attention', () => {
  it('costs a learned query, and with heads what makes it of the last state', () => {
    const without = parameterCount(shape('mean'));
    expect(parameterCount(shape('attention'))).toBe(without + 8);
    expect(parameterCount(shape('multi-head'))).toBe(without + 8 * 8 + 8);
  });

  it('is said to need units that the heads can share out', () => {
    expect(() => parameterCount({ ...shape('multi-head'), hiddenSize: 10 })).toThrow('must be a multiple of 4, not 10');
  });

  it('looks only at the frame whose state answers the query', () => {
    const parameters = randomParameters(shape('attention'), 1);
    const query = tensorValues(parameters, 'pooling.query');
    const values = traceAttention(shape('attention'), parameters, frames(0))!.weights;
    query.forEach((value, i) => (query[i] = 1000 * value));
    const sharp = traceAttention(shape('attention'), parameters, frames(0))!.weights;
    expect(Math.max(...sharp)).toBeGreaterThan(0.999);
    expect(sharp.indexOf(Math.max(...sharp))).toBe(values.indexOf(Math.max(...values)));
  });

  it('has no weights to tell where the network pools otherwise', () => {
    for (const pooling of ['last', 'mean', 'none'] as const)
      expect(traceAttention(shape(pooling), randomParameters(shape(pooling), 1), frames(0))).toBeUndefined();
  });
});
