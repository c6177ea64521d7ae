import { describe, expect, it } from 'vitest';
import { cutOf, MADE_SILENCE } from '../../src/dataset/epoch-draw.ts';
import { initialiseParameters } from '../../src/nn/initialise.ts';
import type { ClassifierShape } from '../../src/nn/network.ts';
import { tensorValues } from '../../src/nn/parameters.ts';
import { ClassPlan } from '../../src/training/class-plan.ts';

const labels = ['yes', 'no', '_silence_', '_unknown_'];
const words = ['yes', 'cat', 'no', 'bed', 'cat', '_unknown_'];
const draws = [100, 100, 100, 400].map((count) => ({ groups: [], count }));
const plan = new ClassPlan(labels, draws, words, 100);

describe('the classes of a training', () => {
  it('are the labels, then each word that counts as unknown', () => {
    expect(plan.named).toEqual(['bed', 'cat']);
    expect(plan.classCount).toBe(6);
  });

  it('name unknown words, but nothing that is cut off, silent or labelled unknown itself', () => {
    const clips = Int32Array.of(0, 1, 2, 3, 4, 5, MADE_SILENCE, cutOf(0));
    const classes = Int32Array.of(0, 3, 1, 3, 3, 3, 2, 3);
    expect([...plan.byName({ clips, classes }).classes]).toEqual([0, 5, 1, 4, 5, 3, 2, 3]);
  });

  it('answer for the labels, with a label that was drawn four times as often lowered by as much', () => {
    const out = new Float32Array(4);
    plan.answer(Float32Array.of(9, 9, 9, 9, 9, 9, 1, 2, 3, 4, 50, 60), 1, false, out);
    expect([...out].map((value) => Number(value.toFixed(4)))).toEqual([1, 2, 3, Number((4 - Math.log(4)).toFixed(4))]);
  });

  it('let each named word speak for unknown while they are told apart', () => {
    const out = new Float32Array(4);
    plan.answer(Float32Array.of(1, 2, 3, 4, 5, 6), 0, true, out);
    expect(out[3]).toBeCloseTo(Math.log(Math.exp(4) + Math.exp(5) + Math.exp(6)) - Math.log(4), 5);
  });

  it('become a model with the head of the labels only, and the same answers', () => {
    const trained: ClassifierShape = {
      ...{ inputSize: 3, hiddenSize: 4, layerCount: 2, classCount: plan.classCount },
      ...{ cell: 'gru' as const, pooling: 'mean' },
    };
    const before = initialiseParameters(trained, 1);
    const { shape, parameters } = plan.modelParameters(trained, before.values);
    expect(shape).toEqual({ ...trained, classCount: 4 });
    expect(tensorValues(parameters, 'layers.1.update.weights')).toEqual(
      tensorValues(before, 'layers.1.update.weights'),
    );
    expect([...tensorValues(parameters, 'head.weights')]).toEqual([
      ...tensorValues(before, 'head.weights').subarray(0, 16),
    ]);
    expect(tensorValues(parameters, 'head.bias')[3]).toBeCloseTo(
      tensorValues(before, 'head.bias')[3]! - Math.log(4),
      6,
    );
  });

  it('are the labels alone where nothing is unknown', () => {
    const known = new ClassPlan(['yes', 'no', '_silence_'], draws.slice(0, 3), ['yes', 'no'], 100);
    expect(known.named).toEqual([]);
    expect(known.classCount).toBe(3);
  });

  it('take the bias back that the model was given', () => {
    const bias = Float32Array.of(1, 2, 3, 4 - Math.log(4));
    plan.undoShift(bias);
    expect([...bias].map((value) => Number(value.toFixed(5)))).toEqual([1, 2, 3, 4]);
  });
});
