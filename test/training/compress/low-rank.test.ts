import { describe, expect, it } from 'vitest';
import { initialiseParameters } from '../../../src/nn/initialise.ts';
import { multiplyFactors, readStacked, stackedMatrices, writeStacked } from '../../../src/nn/low-rank.ts';
import { DEFAULT_TRAINER_SETTINGS, type NetworkShape, type Targets } from '../../../src/nn/network.ts';
import { parameterSet } from '../../../src/nn/parameters.ts';
import { createReferenceBackend } from '../../../src/nn/reference-backend.ts';
import { createRandom } from '../../../src/random.ts';
import { createConstrainedTrainer } from '../../../src/training/compress/constrained-trainer.ts';
import { FactoredTrainer } from '../../../src/training/compress/factored-trainer.ts';
import { FactoredWeights } from '../../../src/training/compress/factored-weights.ts';
import { chooseFactors, chooseRanks, decomposeLayers } from '../../../src/training/compress/rank-choice.ts';
import { randomBatch, randomTargets } from '../../nn/random-batch.ts';

const CELLS = ['rnn', 'gru', 'gru-reset-after', 'lstm', 'mgu'] as const;

function shapeOf(cell: NetworkShape['cell'] = 'gru'): NetworkShape {
  return { inputSize: 5, hiddenSize: 12, layerCount: 2, classCount: 3, cell, pooling: 'last' };
}

/** A network whose matrices have the rank 2. */
function ofRankTwo(shape: NetworkShape): Float32Array {
  const values = Float32Array.from(initialiseParameters(shape, 1).values);
  const random = createRandom(2);
  const uniform = (): number => random.next() - 0.5;
  for (const matrix of stackedMatrices(shape)) {
    const left = Float64Array.from({ length: 2 * matrix.rows }, uniform);
    const right = Float64Array.from({ length: 2 * matrix.columns }, uniform);
    writeStacked(values, matrix, multiplyFactors({ rank: 2, left, right }));
  }
  return values;
}

function numbersOf(factors: ReturnType<FactoredWeights['factorsOf']>): number {
  return factors
    .flatMap(({ input, recurrent }) => [input, recurrent])
    .reduce((sum, of) => sum + (of ? of.left.length + of.right.length : 0), 0);
}

describe('the choice of ranks', () => {
  const matrix = { rows: 20, columns: 10 };

  it('spends on the matrix whose singular values keep more energy for each number', () => {
    const strong = { ...matrix, spectrum: [9, 8, 7, 1, 1, 1, 1, 1, 1, 1] };
    const weak = { ...matrix, spectrum: [6, 1, 1, 1, 1, 1, 1, 1, 1, 1] };
    expect(chooseRanks([strong, weak], 0.3)).toEqual([3, 1]);
    const wide = { rows: 200, columns: 10, spectrum: strong.spectrum };
    expect(chooseRanks([wide, strong], 300 / 2200)).toEqual([1, 3]);
  });

  it.each([0.1, 0.25, 0.5, 0.9])('stays within %d of the numbers, and uses most of them', (share) => {
    const random = createRandom(3);
    const spectra = [30, 60, 90].map((rows) => ({
      ...{ rows, columns: 30 },
      spectrum: Array.from({ length: 30 }, () => random.next()).sort((a, b) => b - a),
    }));
    const ranks = chooseRanks(spectra, share);
    const spent = spectra.reduce(
      (sum, { rows, columns }, i) => sum + Math.min(ranks[i]! * (rows + columns), rows * columns),
      0,
    );
    const whole = spectra.reduce((sum, { rows, columns }) => sum + rows * columns, 0);
    expect(spent).toBeLessThanOrEqual(share * whole);
    expect(spent).toBeGreaterThan(share * whole - 120);
  });

  it('leaves no matrix without a rank, however small the share', () => {
    expect(
      chooseRanks(
        [
          { ...matrix, spectrum: [1, 0.5] },
          { ...matrix, spectrum: [0.1, 0] },
        ],
        0.01,
      ),
    ).toEqual([1, 1]);
  });
});

describe('weights as factors of low rank', () => {
  it.each(CELLS)('are the very matrices where those have the rank: %s', (cell) => {
    const shape = shapeOf(cell);
    const values = ofRankTwo(shape);
    const factored = new FactoredWeights(shape, values, 0.6);
    factored.expand(factored.initial).forEach((value, i) => expect(value).toBeCloseTo(values[i]!, 5));
  });

  it('have at most the share of the numbers, and the best approximation of the matrices', () => {
    const shape = { ...shapeOf(), hiddenSize: 40 };
    const { values } = initialiseParameters(shape, 4);
    const whole = stackedMatrices(shape).reduce((sum, { rows, columns }) => sum + rows * columns, 0);
    const errorOf = (share: number): number => {
      const factored = new FactoredWeights(shape, values, share);
      const expanded = factored.expand(factored.initial);
      return Float64Array.from(expanded).reduce((sum, value, i) => sum + (value - values[i]!) ** 2, 0);
    };
    for (const share of [0.25, 0.5, 0.75]) {
      const factored = new FactoredWeights(shape, values, share);
      expect(numbersOf(factored.factorsOf(factored.initial))).toBeLessThanOrEqual(share * whole);
    }
    expect(errorOf(0.75)).toBeLessThan(errorOf(0.5));
    expect(errorOf(0.5)).toBeLessThan(errorOf(0.25));
    // Eckart & Young: what is lost are the singular values that were left out, and those alone.
    const [{ matrix, factors }] = chooseFactors(decomposeLayers(values, shape), 0.25).slice(-1) as [
      ReturnType<typeof chooseFactors>[0],
    ];
    const product = multiplyFactors(factors!);
    const lost = readStacked(values, matrix).values.reduce((sum, value, i) => sum + (value - product[i]!) ** 2, 0);
    const energy = readStacked(values, matrix).values.reduce((sum, value) => sum + value ** 2, 0);
    const kept = product.reduce((sum, value) => sum + value ** 2, 0);
    expect(lost + kept).toBeCloseTo(energy, 4);
  });

  it.each(CELLS)('have the gradient that finite differences show: %s', (cell) => {
    const shape = shapeOf(cell);
    const factored = new FactoredWeights(shape, initialiseParameters(shape, 5).values, 0.5);
    const random = createRandom(6);
    const vector = Float64Array.from(factored.initial, (value) => value + 0.1 * (random.next() - 0.5));
    const slope = Float64Array.from(vector, () => random.next() - 0.5);
    // Linear in the parameters, so that all there is between them and the vector is the chain rule.
    const loss = (): number =>
      Float64Array.from(factored.expand(vector)).reduce((sum, value, i) => sum + value * slope[i]!, 0);
    const gradient = new Float64Array(vector.length);
    factored.gradient(vector, slope, gradient);
    for (let i = 0; i < vector.length; i++) {
      const [before, step] = [vector[i]!, 1e-4];
      vector[i] = before + step;
      const above = loss();
      vector[i] = before - step;
      const below = loss();
      vector[i] = before;
      const expected = (above - below) / (2 * step);
      expect(Math.abs(gradient[i]! - expected)).toBeLessThan(1e-6 * Math.max(1, Math.abs(expected)));
    }
  });

  it('are refused where factors would have more numbers than the matrices', () => {
    const tiny: NetworkShape = { ...shapeOf('rnn'), inputSize: 1, hiddenSize: 1, layerCount: 1 };
    expect(() => new FactoredWeights(tiny, initialiseParameters(tiny, 1).values, 0.5)).toThrow(/too small for factors/);
  });
});

describe('a trainer of factors', () => {
  const shape = shapeOf();
  const batch = randomBatch(shape, [4, 3, 4, 2, 4, 4], 4, 2);
  const targets: Targets = randomTargets(shape, 'cross-entropy', 6, 3);
  const settings = { ...DEFAULT_TRAINER_SETTINGS, dropout: 0.2 };
  const factored = new FactoredWeights(shape, initialiseParameters(shape, 4).values, 0.5);
  const create = (bits: 8 | 32 = 32) => {
    const network = createReferenceBackend().createNetwork(shape, parameterSet(shape));
    return { network, trainer: new FactoredTrainer(network, factored, factored.initial, bits, settings) };
  };

  it('learns, and its network has the product of the factors after every step', async () => {
    const { network, trainer } = create();
    const losses: number[] = [];
    for (let step = 0; step < 60; step++) losses.push((await trainer.step(batch, targets, 0.01)).loss);
    expect(losses.at(-1)).toBeLessThan(losses[0]! / 4);
    expect(network.parameters.values).toEqual(factored.expand(trainer.keptWeights));
    const { recurrent } = factored.factorsOf(trainer.keptWeights)[1]!;
    const matrix = stackedMatrices(shape).find(({ layer, part }) => layer === 1 && part === 'recurrent')!;
    const product = Float32Array.from(multiplyFactors(recurrent!));
    expect(Float32Array.from(readStacked(network.parameters.values, matrix).values)).toEqual(product);
  });

  it('goes on from its free weights to the very same ones', async () => {
    const straight = create(8);
    for (let step = 0; step < 12; step++) await straight.trainer.step(batch, targets, 0.01);
    const first = create(8);
    for (let step = 0; step < 5; step++) await first.trainer.step(batch, targets, 0.01);
    const network = createReferenceBackend().createNetwork(shape, parameterSet(shape));
    const state = first.trainer.state();
    const second = new FactoredTrainer(network, factored, first.trainer.freeWeights, 8, settings, state);
    for (let step = 5; step < 12; step++) await second.step(batch, targets, 0.01);
    expect(network.parameters.values).toEqual(straight.network.parameters.values);
  });

  it('keeps factors that rounding to eight bits leaves as they are', async () => {
    const { trainer } = create(8);
    for (let step = 0; step < 20; step++) await trainer.step(batch, targets, 0.01);
    const again = factored.rounded(trainer.keptWeights);
    again.forEach((value, i) => expect(value).toBeCloseTo(trainer.keptWeights[i]!, 6));
    expect(trainer.freeWeights).not.toEqual(trainer.keptWeights);
  });

  it('will not have zeros in blocks besides', () => {
    const { network } = create();
    const constraints = { sparsity: 0.5, weightBits: 32, factorShare: 0.5 } as const;
    const constraining = { constraints, factored, weights: factored.initial, rampSteps: 1 };
    expect(() => createConstrainedTrainer(network, constraining, settings)).toThrow(/not both/);
  });
});
