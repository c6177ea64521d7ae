import { describe, expect, it } from 'vitest';
import { createFrameClassifier } from '../../src/model/frame-classifier.ts';
import type { Model } from '../../src/model/model.ts';
import { OpenSetScorer } from '../../src/model/open-set.ts';
import type { StateStatistics } from '../../src/model/state-statistics.ts';
import { createReferenceBackend } from '../../src/nn/reference-backend.ts';
import { randomFrames, randomModel } from './random-model.ts';
import { randomStates } from './random-states.ts';

const SIZE = 6;
const backend = createReferenceBackend();
const WEIGHT = 3;
const base = randomModel();
const withMemory = (states: StateStatistics | undefined, unfamiliarityWeight?: number): Model => ({
  ...base,
  states,
  decision: { ...base.decision, unfamiliarityWeight },
});

/** Both words at known places, every unit with a standard deviation of 2. */
const plain: StateStatistics = {
  ...randomStates(SIZE),
  means: Float32Array.from({ length: 4 * SIZE }, (_, i) => (i < SIZE ? 1 : i < 2 * SIZE ? -1 : 0)),
  covarianceFactor: Float32Array.from({ length: SIZE * SIZE }, (_, i) => (i % (SIZE + 1) === 0 ? 2 : 0)),
};
const posteriors = (): Float32Array => Float32Array.of(0.7, 0.1, 0.1, 0.05, 0.05);
const adjusted = (state: readonly number[], model = withMemory(plain, WEIGHT)): Float32Array => {
  const out = posteriors();
  OpenSetScorer.of(model, backend)!.adjust(state, out);
  return out;
};

describe('the open-set scorer', () => {
  it('leaves a word alone that lies where it lay in training', () => {
    const out = adjusted(new Array<number>(SIZE).fill(1));
    expect(out[0]).toBeCloseTo(0.7, 6);
    expect(out.reduce((sum, value) => sum + value, 0)).toBeCloseTo(1, 6);
  });

  it('doubts a word by its Mahalanobis distance, and gives what it loses to _unknown_', () => {
    // 7 from “yes” in every unit: d² / H = (7 / 2)² = 12.25; 9 from “nö”: 20.25.
    const out = adjusted(new Array<number>(SIZE).fill(8));
    const doubted = (p: number, ratio: number): number =>
      1 / (1 + Math.exp(-(Math.log(p / (1 - p)) - 3 * (ratio - 1))));
    expect(out[0]).toBeCloseTo(doubted(0.7, 12.25), 9);
    expect(out[1]).toBeCloseTo(doubted(0.1, 20.25), 9);
    // Of the third word nothing is remembered.
    expect([...out.slice(2, 4)]).toEqual([...posteriors().slice(2, 4)]);
    expect(out.reduce((sum, value) => sum + value, 0)).toBeCloseTo(1, 6);
  });

  it('measures along the directions in which voices differ', () => {
    const states = randomStates(SIZE, 3);
    const L = states.covarianceFactor;
    // L·e₂ + mean is one deviation away, whatever L is: d² = 1, so d² / H < 1.
    const near = Array.from({ length: SIZE }, (_, i) => states.means[i]! + L[i * SIZE + 2]!);
    const far = Array.from({ length: SIZE }, (_, i) => states.means[i]! + 5 * L[i * SIZE + 2]!);
    const model = withMemory(states, WEIGHT);
    expect(adjusted(near, model)[0]).toBeCloseTo(0.7, 6);
    const doubt = 3 * (25 / SIZE - 1);
    expect(adjusted(far, model)[0]).toBeCloseTo(0.7 / (0.7 + 0.3 * Math.exp(doubt)), 5);
  });

  describe('with words as they are heard live', () => {
    const USUAL = 1.4;
    const words = {
      // One of them is a label that a further learning dropped.
      labels: ['nö', 'gone', 'yes'],
      means: Float32Array.from({ length: 3 * SIZE }, (_, i) => [-1, 9, 1][Math.floor(i / SIZE)]!),
      covarianceFactor: plain.covarianceFactor,
      // “nö” strays twice as far as usual in the first unit.
      variances: Float32Array.from({ length: 3 * SIZE }, (_, i) => (i === 0 ? 4 : 1)),
    };
    const live = withMemory({ ...plain, words }, WEIGHT);
    const doubted = (p: number, distance: number): number =>
      1 / (1 + Math.exp(-(Math.log(p / (1 - p)) - WEIGHT * Math.max(0, distance - USUAL))));

    it('leaves what is usual alone, and doubts the rest by each word’s own variances', () => {
      // d of “yes”: (2.2 / 2)² = 1.21.
      expect(adjusted(new Array<number>(SIZE).fill(3.2), live)[0]).toBeCloseTo(0.7, 6);
      const out = adjusted(new Array<number>(SIZE).fill(5), live);
      expect(out[0]).toBeCloseTo(doubted(0.7, 4), 6);
      // 3 deviations from “nö”, in the first unit 1.5 of its own.
      expect(out[1]).toBeCloseTo(doubted(0.1, (9 * (SIZE - 1) + 9 / 4) / SIZE), 6);
      expect(out.reduce((sum, value) => sum + value, 0)).toBeCloseTo(1, 6);
    });
  });

  it('is there only where a model asks for it and remembers states', () => {
    expect(OpenSetScorer.of(withMemory(plain), backend)).toBeUndefined();
    expect(OpenSetScorer.of(withMemory(plain, 0), backend)).toBeUndefined();
    expect(OpenSetScorer.of(withMemory(undefined, 3), backend)).toBeUndefined();
    expect(OpenSetScorer.of(withMemory(plain, 3), backend)).toBeDefined();
  });

  it('is what a frame classifier’s open-set posteriors are made by, of the states of the same frames', () => {
    const frames = randomFrames(base, 20, 5);
    const closed = createFrameClassifier(withMemory(plain), backend);
    expect(closed.openSetPosteriorsOfFrames(frames)).toEqual(closed.posteriorsOfFrames(frames));
    // States lie within ±1, at most two from either mean, and with deviations of 0.1 that is far.
    const narrow = { ...plain, covarianceFactor: plain.covarianceFactor.map((value) => value / 20) };
    const open = createFrameClassifier(withMemory(narrow, 100), backend);
    expect(open.posteriorsOfFrames(frames)).toEqual(closed.posteriorsOfFrames(frames));
    const out = open.openSetPosteriorsOfFrames(frames);
    expect(out[0]! + out[1]!).toBeLessThan(1e-3);
    expect(out[2]).toBe(closed.posteriorsOfFrames(frames)[2]);
    expect(out.reduce((sum, value) => sum + value, 0)).toBeCloseTo(1, 5);
  });
});
