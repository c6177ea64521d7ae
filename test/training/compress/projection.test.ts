import { describe, expect, it } from 'vitest';
import { toInt8 } from '../../../src/model/onnx/int8-weights.ts';
import { initialiseParameters } from '../../../src/nn/initialise.ts';
import { DEFAULT_TRAINER_SETTINGS, type NetworkShape, type Targets } from '../../../src/nn/network.ts';
import { parameterSet, tensorValues } from '../../../src/nn/parameters.ts';
import { createReferenceBackend } from '../../../src/nn/reference-backend.ts';
import { blockSparsity, pruneBlocks, sparsityAt } from '../../../src/training/compress/block-pruning.ts';
import { createProjection } from '../../../src/training/compress/projection.ts';
import { ProjectedTrainer } from '../../../src/training/compress/projected-trainer.ts';
import { roundWeights } from '../../../src/training/compress/rounding.ts';
import { randomBatch, randomTargets } from '../../nn/random-batch.ts';

const SHAPE: NetworkShape = {
  ...{ inputSize: 5, hiddenSize: 40, layerCount: 2, classCount: 3 },
  ...{ cell: 'gru' as const, pooling: 'last' as const },
};
const zeros = (values: ArrayLike<number>): number => Array.from(values).filter((value) => value === 0).length;

describe('pruning by blocks', () => {
  it('makes as many zeros as asked, the weakest, in the layers only', () => {
    const before = initialiseParameters(SHAPE, 1);
    for (const sparsity of [0, 0.5, 0.75, 0.9]) {
      const pruned = parameterSet(SHAPE, 'float32', before.values.slice());
      pruneBlocks(pruned.values, SHAPE, sparsity);
      expect(blockSparsity(pruned.values, SHAPE)).toBeCloseTo(sparsity, 2);
      expect(tensorValues(pruned, 'head.weights')).toEqual(tensorValues(before, 'head.weights'));
      expect(tensorValues(pruned, 'layers.1.update.bias')).toEqual(tensorValues(before, 'layers.1.update.bias'));
    }
  });

  it('takes whole blocks: sixteen units of one gate, or what is left of them, at one input', () => {
    const parameters = initialiseParameters(SHAPE, 1);
    pruneBlocks(parameters.values, SHAPE, 0.6);
    const weights = tensorValues(parameters, 'layers.0.reset.weights');
    const columns = SHAPE.hiddenSize + SHAPE.inputSize;
    for (const [row, count] of [
      [0, 16],
      [16, 16],
      [32, 8],
    ] as const)
      for (let column = 0; column < columns; column++) {
        const block = Array.from({ length: count }, (_, i) => weights[(row + i) * columns + column]!);
        expect([0, count]).toContain(zeros(block));
      }
  });

  it('keeps a strong block of few units before a weak one of many', () => {
    const parameters = parameterSet(SHAPE);
    parameters.values.fill(0.1);
    const weights = tensorValues(parameters, 'layers.0.reset.weights');
    for (let row = 32; row < 40; row++) weights[row * 45] = 0.2;
    pruneBlocks(parameters.values, SHAPE, 0.99);
    expect(weights[32 * 45]).toBeCloseTo(0.2, 6);
  });

  it('reaches its share by a cubic ramp', () => {
    for (const [step, share] of [
      [0, 0],
      [50, 0.7],
      [100, 0.8],
      [200, 0.8],
    ] as const)
      expect(sparsityAt(step, 100, 0.8)).toBeCloseTo(share, 12);
    expect(sparsityAt(0, 0, 0.8)).toBe(0.8);
  });
});

describe('rounding to eight bits', () => {
  it('gives weights that rounding again leaves as they are, each near what it was', () => {
    const before = initialiseParameters(SHAPE, 1);
    const rounded = parameterSet(SHAPE, 'float32', before.values.slice());
    roundWeights(rounded.values, SHAPE);
    const again = rounded.values.slice();
    roundWeights(again, SHAPE);
    again.forEach((value, i) => expect(value).toBeCloseTo(rounded.values[i]!, 6));
    const row = tensorValues(rounded, 'layers.1.candidate.weights').subarray(0, SHAPE.hiddenSize);
    const original = tensorValues(before, 'layers.1.candidate.weights').subarray(0, SHAPE.hiddenSize);
    const { values, scales } = toInt8(original, original.length);
    values.forEach((whole, i) => expect(row[i]).toBeCloseTo(whole * scales[0]!, 6));
    expect(tensorValues(rounded, 'head.bias')).toEqual(tensorValues(before, 'head.bias'));
  });
});

describe('a trainer that holds weights to something', () => {
  const batch = randomBatch(SHAPE, [4, 3, 4, 2, 4, 4], 4, 2);
  const targets: Targets = randomTargets(SHAPE, 'cross-entropy', 6, 3);
  const constraints = { sparsity: 0.75, weightBits: 8 } as const;
  const create = () => {
    const network = createReferenceBackend().createNetwork(SHAPE, initialiseParameters(SHAPE, 4));
    const inner = network.createTrainer(DEFAULT_TRAINER_SETTINGS);
    return { network, trainer: new ProjectedTrainer(network, inner, createProjection(SHAPE, constraints, 10)) };
  };

  it('has them so after every step, and learns all the same', async () => {
    const { network, trainer } = create();
    const losses: number[] = [];
    for (let step = 1; step <= 60; step++) {
      losses.push((await trainer.step(batch, targets, 0.01)).loss);
      expect(blockSparsity(network.parameters.values, SHAPE)).toBeGreaterThanOrEqual(sparsityAt(step, 10, 0.75) - 0.01);
    }
    const rounded = network.parameters.values.slice();
    roundWeights(rounded, SHAPE);
    rounded.forEach((value, i) => expect(value).toBeCloseTo(network.parameters.values[i]!, 5));
    expect(losses.at(-1)).toBeLessThan(losses[0]! / 4);
  });

  it('goes on from its free weights to the very same ones', async () => {
    const straight = create();
    for (let step = 0; step < 20; step++) await straight.trainer.step(batch, targets, 0.01);
    const first = create();
    for (let step = 0; step < 8; step++) await first.trainer.step(batch, targets, 0.01);
    const kept = parameterSet(SHAPE, 'float32', Float32Array.from(first.trainer.freeWeights));
    const network = createReferenceBackend().createNetwork(SHAPE, kept);
    const inner = network.createTrainer(DEFAULT_TRAINER_SETTINGS, first.trainer.state());
    const second = new ProjectedTrainer(network, inner, createProjection(SHAPE, constraints, 10));
    for (let step = 8; step < 20; step++) await second.step(batch, targets, 0.01);
    expect(network.parameters.values).toEqual(straight.network.parameters.values);
  });

  it('lets a weight come back that was set to zero', async () => {
    const network = createReferenceBackend().createNetwork(SHAPE, initialiseParameters(SHAPE, 4));
    let held = true;
    const project = (weights: { fill(value: number): unknown }): void => void (held && weights.fill(0));
    const trainer = new ProjectedTrainer(network, network.createTrainer(DEFAULT_TRAINER_SETTINGS), project);
    await trainer.step(batch, targets, 0.01);
    expect(zeros(network.parameters.values)).toBe(network.parameters.values.length);
    held = false;
    await trainer.step(batch, targets, 0.01);
    expect(zeros(network.parameters.values)).toBeLessThan(network.parameters.values.length / 10);
  });
});
