import { describe, expect, it } from 'vitest';
import { UNKNOWN_LABEL } from '../../../src/model/model.ts';
import type { StateStatistics } from '../../../src/model/state-statistics.ts';
import { createRandom } from '../../../src/random.ts';
import type { Head, StateExamples } from '../../../src/training/finetune/head.ts';
import { startNewRows } from '../../../src/training/finetune/new-rows.ts';

const labels = ['old', UNKNOWN_LABEL, 'left', 'right'];
const isNew = [false, false, true, true];
/** Of many voices: the same deviation in both directions of the plane; what is unknown lies at the origin. */
const statistics: StateStatistics = {
  groups: [
    { name: 'old', label: 'old', count: 100 },
    { name: 'other', label: UNKNOWN_LABEL, count: 100 },
  ],
  means: Float32Array.of(0, -9, 0, 0),
  covarianceFactor: Float32Array.of(1, 0, 0, 1),
};
const newHead = (): Head => ({
  classCount: 4,
  stateSize: 2,
  weights: Float64Array.of(0, -2, 0.5, 0.25, 0, 0, 0, 0),
  bias: Float64Array.of(-9, 0.75, 0, 0),
});

/** Takes of two words whose means part along the diagonal, by one voice that varies along the first axis. */
function takes(): StateExamples {
  const random = createRandom(1, 'takes of two words');
  const classes = Int32Array.from({ length: 400 }, (_, i) => 2 + (i % 2));
  const states = new Float32Array(800);
  classes.forEach((c, i) => {
    const side = c === 2 ? -1 : 1;
    states[2 * i] = side + 3 * random.normal();
    states[2 * i + 1] = 8 + side + 0.3 * random.normal();
  });
  return { states, classes };
}

function rowsFrom(takeCount: number): Head {
  const head = newHead();
  startNewRows(head, takes(), statistics, labels, isNew, takeCount);
  return head;
}

/** How much more the second axis tells two new words apart than the first. */
function reliance({ weights }: Head): number {
  return (weights[7]! - weights[5]!) / (weights[6]! - weights[4]!);
}

describe('rows of new words', () => {
  it('tell them apart by where the voice is steady, the more so the more takes there are', () => {
    const [few, many] = [rowsFrom(4), rowsFrom(4000)];
    expect(reliance(few)).toBeGreaterThan(0.5);
    expect(reliance(few)).toBeLessThan(2);
    expect(reliance(many)).toBeGreaterThan(3 * reliance(few));
  });

  it('win their own means from the unknown and from one another, and lose the mean of the unknown', () => {
    const { weights, bias } = rowsFrom(4);
    const logits = (x: number, y: number): number[] =>
      labels.map((_, c) => weights[2 * c]! * x + weights[2 * c + 1]! * y + bias[c]!);
    const answer = (x: number, y: number): string => labels[logits(x, y).indexOf(Math.max(...logits(x, y)))]!;
    expect([answer(-1, 7), answer(1, 9), answer(0, 0)]).toEqual(['left', 'right', UNKNOWN_LABEL]);
  });

  it('leave the rows of known labels as they are', () => {
    expect([...rowsFrom(4).weights.subarray(0, 4)]).toEqual([...newHead().weights.subarray(0, 4)]);
    expect([...rowsFrom(4).bias.subarray(0, 2)]).toEqual([...newHead().bias.subarray(0, 2)]);
  });
});
