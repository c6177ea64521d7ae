import { describe, expect, it } from 'vitest';
import { initialiseParameters } from '../../src/nn/initialise.ts';
import {
  DEFAULT_TRAINER_SETTINGS,
  type Network,
  type NetworkShape,
  type OptimiserState,
  type SequenceBatch,
  type Targets,
  type TrainerSettings,
} from '../../src/nn/network.ts';
import { parameterSet } from '../../src/nn/parameters.ts';
import { createReferenceBackend } from '../../src/nn/reference-backend.ts';
import { createRandom } from '../../src/random.ts';
import { randomBatch, randomParameters, randomTargets } from './random-batch.ts';

const SHAPE: NetworkShape = {
  inputSize: 3,
  hiddenSize: 8,
  layerCount: 2,
  classCount: 3,
  cell: 'gru',
  pooling: 'last',
};
const LENGTHS = Array.from({ length: 20 }, (_, i) => 1 + (i % 6));

function batchOf(seed: number): [SequenceBatch, Targets] {
  return [randomBatch(SHAPE, LENGTHS, 6, seed), randomTargets(SHAPE, 'cross-entropy', LENGTHS.length, seed)];
}

function networkOf(values?: Float32Array): Network {
  const parameters = values ? parameterSet(SHAPE, 'float32', values) : randomParameters(SHAPE, 1, 'float32');
  return createReferenceBackend().createNetwork(SHAPE, parameters);
}

function trainerOf(network: Network, settings: Partial<TrainerSettings> = {}, state?: OptimiserState) {
  return network.createTrainer({ ...DEFAULT_TRAINER_SETTINGS, ...settings }, state);
}

async function train(network: Network, settings: Partial<TrainerSettings>, steps: number): Promise<number[]> {
  const trainer = trainerOf(network, settings);
  const losses: number[] = [];
  for (let step = 0; step < steps; step++) losses.push((await trainer.step(...batchOf(step), 0.01)).loss);
  return losses;
}

describe('the reference trainer', () => {
  it('learns to tell rising from falling sequences', async () => {
    const shape = { ...SHAPE, inputSize: 1, layerCount: 1, classCount: 2 };
    const network = createReferenceBackend().createNetwork(shape, initialiseParameters(shape, 1));
    const trainer = trainerOf(network);
    const random = createRandom(1, 'sequences');
    let correct = 0;
    for (let step = 0; step < 80; step++) {
      const classes = Int32Array.from({ length: 16 }, () => random.integer(2));
      const inputs = new Float32Array(16 * 10);
      classes.forEach((rises, b) => {
        const start = random.normal();
        for (let t = 0; t < 10; t++) inputs[b * 10 + t] = start + 0.2 * (rises ? t : -t) + 0.1 * random.normal();
      });
      const batch = { inputs, lengths: new Int32Array(16).fill(10), frameCount: 10 };
      ({ correct } = await trainer.step(batch, { loss: 'cross-entropy', classes }, 0.02));
    }
    expect(correct).toBe(16);
  });

  it('repeats a run with dropout to the bit, and not under another seed', async () => {
    const [one, two, other] = [networkOf(), networkOf(), networkOf()];
    const losses = await train(one, { dropout: 0.3 }, 4);
    expect(await train(two, { dropout: 0.3 }, 4)).toEqual(losses);
    expect(two.parameters.values).toEqual(one.parameters.values);
    await train(other, { dropout: 0.3, seed: 2 }, 4);
    expect(other.parameters.values).not.toEqual(one.parameters.values);
  });

  it('puts a step down when the signal comes, with weights and Adam as before it', async () => {
    const network = networkOf();
    const trainer = trainerOf(network);
    const before = network.parameters.values.slice();
    await expect(trainer.step(...batchOf(1), 0.1, undefined, { aborted: true })).rejects.toMatchObject({
      code: 'cancelled',
    });
    expect(network.parameters.values).toEqual(before);
    await trainer.step(...batchOf(1), 0.1, undefined, { aborted: false });
    const untouched = networkOf();
    await trainerOf(untouched).step(...batchOf(1), 0.1);
    expect(network.parameters.values).toEqual(untouched.parameters.values);
  });

  it('continues from a checkpoint to the bits of an uninterrupted run', async () => {
    const settings = { dropout: 0.3, truncateFrames: 4 };
    const whole = networkOf();
    await train(whole, settings, 6);
    const first = networkOf();
    const before = trainerOf(first, settings);
    for (let step = 0; step < 3; step++) await before.step(...batchOf(step), 0.01);
    const second = networkOf(first.parameters.values.slice() as Float32Array);
    const after = trainerOf(second, settings, before.state());
    for (let step = 3; step < 6; step++) await after.step(...batchOf(step), 0.01);
    expect(second.parameters.values).toEqual(whole.parameters.values);
  });

  it('drops other units in every step', async () => {
    const network = networkOf();
    const trainer = trainerOf(network, { dropout: 0.5 });
    const losses = [];
    for (let step = 0; step < 3; step++) losses.push((await trainer.step(...batchOf(1), 0)).loss);
    expect(new Set(losses).size).toBe(3);
  });

  it('reports the norm before clipping and updates with no more than the bound', async () => {
    const [batch, targets] = batchOf(1);
    const clipped = networkOf();
    const trainer = trainerOf(clipped, { clipNorm: 0.01 });
    const { gradientNorm } = await trainer.step(batch, targets, 0.01);
    expect(gradientNorm).toBeGreaterThan(0.1);
    // Adam's first moment is (1 − β₁) times the gradient it was given.
    expect(Math.hypot(...trainer.state().firstMoment) / 0.1).toBeCloseTo(0.01, 6);
  });

  it('counts right answers and reports the loss as they were before the update', async () => {
    const network = networkOf();
    const [batch, targets] = batchOf(1);
    const logits = network.forward(batch);
    const result = await trainerOf(network).step(batch, targets, 0.01);
    const classes = targets.loss === 'cross-entropy' ? targets.classes : new Int32Array(0);
    const best = Array.from(classes, (_, b) => {
      const row = [...logits.slice(b * 3, b * 3 + 3)];
      return row.indexOf(Math.max(...row));
    });
    expect(result.correct).toBe(best.filter((answer, b) => answer === classes[b]).length);
    expect(network.forward(batch)).not.toEqual(logits);
  });

  it.each([NaN, Infinity])('refuses a step whose features hold %s, with every parameter as it was', async (bad) => {
    const network = networkOf();
    const trainer = trainerOf(network);
    await trainer.step(...batchOf(1), 0.01);
    const parameters = network.parameters.values.slice();
    const state = trainer.state();
    const [batch, targets] = batchOf(2);
    const logits = network.forward(batch);
    const inputs = batch.inputs.slice();
    inputs[0] = bad;
    const step = trainer.step({ ...batch, inputs }, targets, 0.01);
    await expect(step).rejects.toMatchObject({ code: 'training-diverged' });
    expect(network.parameters.values).toEqual(parameters);
    expect(trainer.state()).toEqual(state);
    expect(network.forward(batch)).toEqual(logits);
    await expect(trainer.step(batch, targets, 0.01)).resolves.toMatchObject({ correct: expect.any(Number) });
  });

  it('trains towards values with mean squared error', async () => {
    const network = networkOf();
    const batch = randomBatch(SHAPE, LENGTHS, 6, 1);
    const targets = randomTargets(SHAPE, 'mean-squared-error', LENGTHS.length, 1);
    const trainer = trainerOf(network);
    const first = await trainer.step(batch, targets, 0.01);
    let last = first;
    for (let step = 0; step < 30; step++) last = await trainer.step(batch, targets, 0.01);
    expect(last.loss).toBeLessThan(0.7 * first.loss);
    expect(last.correct).toBe(0);
  });

  it.each<[string, Targets]>([
    ['a class too few', { loss: 'cross-entropy', classes: new Int32Array(19) }],
    ['a class that the network lacks', { loss: 'cross-entropy', classes: new Int32Array(20).fill(3) }],
    ['a negative class', { loss: 'cross-entropy', classes: new Int32Array(20).fill(-1) }],
    ['a value too few', { loss: 'mean-squared-error', values: new Float32Array(59) }],
  ])('refuses targets with %s', async (_, targets) => {
    const step = trainerOf(networkOf()).step(batchOf(1)[0], targets, 0.01);
    await expect(step).rejects.toMatchObject({ code: 'shape-mismatch' });
  });

  it.each([NaN, -1, Infinity])('refuses a learning rate of %d', async (rate) => {
    await expect(trainerOf(networkOf()).step(...batchOf(1), rate)).rejects.toMatchObject({ code: 'usage' });
  });

  it.each<Partial<TrainerSettings>>([
    { dropout: 1 },
    { dropout: NaN },
    { beta1: 1 },
    { beta2: -0.1 },
    { epsilon: 0 },
    { clipNorm: 0 },
    { truncateFrames: 0 },
    { truncateFrames: 2.5 },
    { seed: 0.5 },
  ])('refuses the setting %j', (settings) => {
    expect(() => trainerOf(networkOf(), settings)).toThrow(expect.objectContaining({ code: 'usage' }));
  });

  it('refuses a step while another is under way, and neither is lost nor mixed', async () => {
    const [network, alone] = [networkOf(), networkOf()];
    const trainer = trainerOf(network);
    const first = trainer.step(...batchOf(1), 0.01);
    await expect(trainer.step(...batchOf(2), 0.01)).rejects.toMatchObject({ code: 'usage' });
    await first;
    await trainerOf(alone).step(...batchOf(1), 0.01);
    expect(network.parameters.values).toEqual(alone.parameters.values);
  });
});
