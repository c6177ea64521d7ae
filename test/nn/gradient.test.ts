import { describe, expect, it } from 'vitest';
import { CELL_NAMES } from '../../src/nn/cells/cell.ts';
import { GradientComputer } from '../../src/nn/gradient.ts';
import { DEFAULT_TRAINER_SETTINGS, type NetworkShape, type SequenceBatch, type Targets } from '../../src/nn/network.ts';
import type { ParameterSet } from '../../src/nn/parameters.ts';
import { createNetworkWeights, loadWeights } from '../../src/nn/tensors.ts';
import { plainLoss } from './plain-network.ts';
import { randomBatch, randomParameters, randomTargets, sequenceOf } from './random-batch.ts';

/** Small, because every parameter costs four runs of the plain network; larger sizes are held against PyTorch. */
const shapeOf = (changes: Partial<NetworkShape>): NetworkShape => ({
  inputSize: 3,
  hiddenSize: 5,
  layerCount: 1,
  classCount: 4,
  cell: 'gru',
  pooling: 'last',
  ...changes,
});

/** Different lengths in no order, one of them 1, two equal; one frame that is padding for all. */
const LENGTHS = [3, 5, 1, 4, 5];
const FRAMES = 6;
const noPause = (): Promise<void> => Promise.resolve();

interface Setting {
  readonly dropout?: number;
  readonly truncateFrames?: number;
}

async function bptt(
  shape: NetworkShape,
  parameters: ParameterSet,
  batch: SequenceBatch,
  targets: Targets,
  setting: Setting = {},
): Promise<{ loss: number; gradient: Float64Array; dInputs: Float64Array }> {
  const weights = createNetworkWeights(shape);
  loadWeights(weights, shape, parameters.values);
  const computer = new GradientComputer(shape, weights, { ...DEFAULT_TRAINER_SETTINGS, ...setting });
  const dInputs = new Float64Array(batch.inputs.length);
  const { loss } = await computer.run(batch, targets, 1, noPause, dInputs);
  return { loss, gradient: computer.gradient, dInputs };
}

/**
 * Central differences of `loss` for each of `values`, of fourth order: (8·(f(ε) − f(−ε)) − (f(2ε) − f(−2ε))) / 12ε. With
 * ε = 2e-3 they lie within about 1e-12 of the derivative, half of that from rounding.
 */
async function centralDifferences(values: Float64Array, loss: () => Promise<number> | number): Promise<Float64Array> {
  const epsilon = 2e-3;
  const differences = new Float64Array(values.length);
  for (let i = 0; i < values.length; i++) {
    const value = values[i]!;
    const at = (shift: number): Promise<number> | number => {
      values[i] = value + shift;
      return loss();
    };
    const near = (await at(epsilon)) - (await at(-epsilon));
    const far = (await at(2 * epsilon)) - (await at(-2 * epsilon));
    values[i] = value;
    differences[i] = (8 * near - far) / (12 * epsilon);
  }
  return differences;
}

/** The largest |a − b| / max(1e-5, |a| + |b|): relative, except for gradients so small that the differences are noise. */
function largestError(a: Float64Array, b: Float64Array): number {
  const error = (x: number, y: number): number => Math.abs(x - y) / Math.max(1e-5, Math.abs(x) + Math.abs(y));
  return a.reduce((worst, value, i) => Math.max(worst, error(value, b[i]!)), 0);
}

/** Checks BPTT's gradients of all parameters and inputs against differences of the given loss. */
async function expectAgreement(
  shape: NetworkShape,
  loss: Targets['loss'],
  setting: Setting,
  differentiate: (parameters: ParameterSet, batch: SequenceBatch, targets: Targets) => () => Promise<number> | number,
): Promise<void> {
  const parameters = randomParameters(shape, 1);
  const batch = randomBatch(shape, LENGTHS, FRAMES, 2);
  const targets = randomTargets(shape, loss, LENGTHS.length, 3, FRAMES);
  const { gradient, dInputs, loss: value } = await bptt(shape, parameters, batch, targets, setting);
  const lossNow = differentiate(parameters, batch, targets);
  expect(value).toBeCloseTo(await lossNow(), 12);
  const differences = await centralDifferences(parameters.values as Float64Array, lossNow);
  for (const { name, offset, length } of parameters.tensors) {
    const [ours, theirs] = [gradient, differences].map((all) => all.subarray(offset, offset + length));
    expect(largestError(ours!, theirs!), name).toBeLessThan(1e-6);
  }
  expect(largestError(dInputs, await centralDifferences(batch.inputs as Float64Array, lossNow)), 'inputs').toBeLessThan(
    1e-6,
  );
}

const FORMS = [1, 2].flatMap((layerCount) =>
  CELL_NAMES.map((cell) => ({
    layerCount,
    cell,
    form: `${cell}, ${layerCount} ${layerCount === 1 ? 'layer' : 'layers'}`,
  })),
);

describe('backpropagation through time', () => {
  for (const { form, ...changes } of FORMS) {
    it(`agrees with central differences for every parameter and input (${form}, masks, last, cross-entropy)`, () => {
      const shape = shapeOf({ ...changes, pooling: 'last' });
      return expectAgreement(
        shape,
        'cross-entropy',
        {},
        (...given) =>
          () =>
            plainLoss(shape, ...given),
      );
    });

    it(`agrees with central differences for every parameter and input (${form}, masks, mean, squared error)`, () => {
      const shape = shapeOf({ ...changes, pooling: 'mean' });
      return expectAgreement(
        shape,
        'mean-squared-error',
        {},
        (...given) =>
          () =>
            plainLoss(shape, ...given),
      );
    });

    for (const loss of ['cross-entropy', 'mean-squared-error'] as const)
      it(`agrees with central differences for every parameter and input (${form}, masks, an answer per frame, ${loss})`, () => {
        const shape = shapeOf({ ...changes, pooling: 'none' });
        return expectAgreement(
          shape,
          loss,
          {},
          (...given) =>
            () =>
              plainLoss(shape, ...given),
        );
      });

    it(`agrees with central differences in which carried states hold still (${form}, masks, truncated)`, () => {
      const shape = shapeOf({ ...changes, pooling: 'mean' });
      const truncateFrames = 2;
      return expectAgreement(shape, 'cross-entropy', { truncateFrames }, (...given) => {
        const carried = { truncateFrames, states: new Map<string, Float64Array>() };
        return () => plainLoss(shape, ...given, carried);
      });
    });

    it(`agrees with central differences of the network under the same dropout masks (${form}, masks)`, async () => {
      const shape = shapeOf(changes);
      const setting = { dropout: 0.4 };
      await expectAgreement(shape, 'cross-entropy', setting, (parameters, batch, targets) => {
        const weights = createNetworkWeights(shape);
        const computer = new GradientComputer(shape, weights, { ...DEFAULT_TRAINER_SETTINGS, ...setting });
        return async () => {
          loadWeights(weights, shape, parameters.values);
          return (await computer.run(batch, targets, 1, noPause)).loss;
        };
      });
    });
  }

  it('agrees with central differences under the same dropout masks where every frame has an answer', async () => {
    const shape = shapeOf({ layerCount: 2, pooling: 'none' });
    const setting = { dropout: 0.4 };
    await expectAgreement(shape, 'cross-entropy', setting, (parameters, batch, targets) => {
      const weights = createNetworkWeights(shape);
      const computer = new GradientComputer(shape, weights, { ...DEFAULT_TRAINER_SETTINGS, ...setting });
      return async () => {
        loadWeights(weights, shape, parameters.values);
        return (await computer.run(batch, targets, 1, noPause)).loss;
      };
    });
  });

  for (const pooling of ['attention', 'multi-head'] as const) {
    it(`agrees with central differences for every parameter and input (gru, masks, ${pooling})`, () => {
      const shape = shapeOf({ pooling, hiddenSize: pooling === 'attention' ? 5 : 8 });
      return expectAgreement(
        shape,
        'cross-entropy',
        {},
        (...given) =>
          () =>
            plainLoss(shape, ...given),
      );
    });

    it(`agrees with central differences under the same dropout masks (${pooling})`, () => {
      const shape = shapeOf({ layerCount: 2, pooling, hiddenSize: 4 });
      const setting = { dropout: 0.4 };
      return expectAgreement(shape, 'mean-squared-error', setting, (parameters, batch, targets) => {
        const weights = createNetworkWeights(shape);
        const computer = new GradientComputer(shape, weights, { ...DEFAULT_TRAINER_SETTINGS, ...setting });
        return async () => {
          loadWeights(weights, shape, parameters.values);
          return (await computer.run(batch, targets, 1, noPause)).loss;
        };
      });
    });
  }

  it('gives another gradient when truncated, and the full one when no sequence reaches the first boundary', async () => {
    const shape = shapeOf({});
    const given = [randomParameters(shape, 1), randomBatch(shape, LENGTHS, FRAMES, 2)] as const;
    const targets = randomTargets(shape, 'cross-entropy', LENGTHS.length, 3);
    const full = await bptt(shape, ...given, targets);
    expect((await bptt(shape, ...given, targets, { truncateFrames: 5 })).gradient).toEqual(full.gradient);
    expect(
      largestError((await bptt(shape, ...given, targets, { truncateFrames: 4 })).gradient, full.gradient),
    ).toBeGreaterThan(1e-3);
  });

  it('gives the inputs of padding no gradient, whatever they hold', async () => {
    const shape = shapeOf({ layerCount: 2 });
    const parameters = randomParameters(shape, 1);
    const targets = randomTargets(shape, 'cross-entropy', LENGTHS.length, 3);
    const batch = randomBatch(shape, LENGTHS, FRAMES, 2);
    const clean = await bptt(shape, parameters, batch, targets);
    const padded = batch.inputs.map((value, i) => (isPadding(shape, i) ? NaN : value));
    const dirty = await bptt(shape, parameters, { ...batch, inputs: padded }, targets);
    expect(dirty).toEqual(clean);
    expect(clean.dInputs.every((value, i) => (value === 0) === isPadding(shape, i))).toBe(true);
  });

  it('is that of the whole batch when the batch is worked through in slices', async () => {
    const shape = shapeOf({});
    const parameters = randomParameters(shape, 1);
    const lengths = Array.from({ length: 37 }, (_, i) => 1 + (i % 5));
    const batch = randomBatch(shape, lengths, 5, 2);
    const targets = randomTargets(shape, 'mean-squared-error', lengths.length, 3);
    const whole = await bptt(shape, parameters, batch, targets);
    const sum = new Float64Array(whole.gradient.length);
    for (const [b] of lengths.entries()) {
      const one = await bptt(shape, parameters, sequenceOf(shape, batch, b), targetOf(shape, targets, b));
      one.gradient.forEach((value, i) => (sum[i] = sum[i]! + value / lengths.length));
    }
    expect(whole.loss).toBeCloseTo(plainLoss(shape, parameters, batch, targets), 12);
    expect(largestError(whole.gradient, sum)).toBeLessThan(1e-9);
  });
});

function isPadding(shape: NetworkShape, index: number): boolean {
  const frame = Math.floor(index / shape.inputSize);
  return frame % FRAMES >= LENGTHS[Math.floor(frame / FRAMES)]!;
}

function targetOf(shape: NetworkShape, targets: Targets, b: number): Targets {
  const { classCount } = shape;
  return targets.loss === 'cross-entropy'
    ? { loss: targets.loss, classes: targets.classes.slice(b, b + 1) }
    : { loss: targets.loss, values: targets.values.slice(b * classCount, (b + 1) * classCount) };
}
