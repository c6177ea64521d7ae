import { describe, expect, it } from 'vitest';
import { UNKNOWN_LABEL } from '../../../src/model/model.ts';
import type { StateStatistics } from '../../../src/model/state-statistics.ts';
import { createRandom } from '../../../src/random.ts';
import { setBorder, standardNormal } from '../../../src/training/finetune/border.ts';
import type { Head, StateExamples } from '../../../src/training/finetune/head.ts';

/** States are points of a plane, of deviation 1: an old word far to the left, unknown words below, the new word above. */
const labels = ['old', UNKNOWN_LABEL, 'new'];
const statistics: StateStatistics = {
  groups: [
    { name: 'old', label: 'old', count: 100 },
    { name: 'other', label: UNKNOWN_LABEL, count: 100 },
    { name: 'another', label: UNKNOWN_LABEL, count: 100 },
  ],
  means: Float32Array.of(-20, 0, 0, -3, 2, -3),
  covarianceFactor: Float32Array.of(1, 0, 0, 1),
};

/** A head whose new row takes what lies above the height `-bias / 4`. */
function headOf(bias: number): Head {
  return {
    classCount: 3,
    stateSize: 2,
    weights: Float64Array.of(-4, 0, 0, 0, 0, 4),
    bias: Float64Array.of(-40, 0, bias),
  };
}

/** Variations of takes of the new word at this height. */
function takesAt(height: number): StateExamples {
  const states = Float32Array.from({ length: 80 }, (_, i) => (i % 2 === 1 ? height : 0));
  return { states, classes: new Int32Array(40).fill(2) };
}

/** The share of unknown states, which stray 1.4 times as far as the covariance has it, that become the new word. */
function shareTaken({ weights, bias }: Head): number {
  const random = createRandom(2, 'unknown states');
  const count = 100_000;
  let taken = 0;
  for (let i = 0; i < count; i++) {
    const x = (i % 2 === 0 ? 0 : 2) + 1.4 * random.normal();
    const y = -3 + 1.4 * random.normal();
    const logit = (c: number): number => weights[2 * c]! * x + weights[2 * c + 1]! * y + bias[c]!;
    if (logit(2) > Math.max(logit(0), logit(1))) taken++;
  }
  return taken / count;
}

describe('the border of a new word', () => {
  it('moves away from the unknown where the word would take too much of it', () => {
    const head = headOf(8);
    expect(shareTaken(head)).toBeGreaterThan(0.1);
    setBorder(head, takesAt(8), statistics, labels, 2, new Set());
    expect(shareTaken(head)).toBeGreaterThan(0.0006);
    expect(shareTaken(head)).toBeLessThan(0.0014);
  });

  it('moves towards the unknown where a mean of few takes lies so far out that the word would take nothing', () => {
    const head = headOf(-12);
    expect(shareTaken(head)).toBeLessThan(0.0001);
    setBorder(head, takesAt(12), statistics, labels, 2, new Set());
    expect(shareTaken(head)).toBeGreaterThan(0.0006);
    expect(shareTaken(head)).toBeLessThan(0.0014);
  });

  it('never gives away more than half of the lead that the takes have', () => {
    const head = headOf(20);
    setBorder(head, takesAt(-3), statistics, labels, 2, new Set());
    expect(head.bias[2]).toBeCloseTo(20 - (20 - 12) / 2, 2);
  });

  it('does not mind a group that counts for the new word', () => {
    const near: StateStatistics = { ...statistics, means: Float32Array.of(-20, 0, 0, -3, 0, 9) };
    const [all, without] = [headOf(0), headOf(0)];
    setBorder(all, takesAt(8), near, labels, 2, new Set());
    setBorder(without, takesAt(8), near, labels, 2, new Set(['another']));
    expect(all.bias[2]).toBeLessThan(-10);
    expect(without.bias[2]).toBeGreaterThan(-10);
  });

  it('spares a known word that lies on the new word’s side of it, but for two in a thousand', () => {
    const beside: StateStatistics = { ...statistics, means: Float32Array.of(-14, 3, 0, -3, 2, -3) };
    const head = headOf(8);
    setBorder(head, takesAt(12), beside, labels, 2, new Set());
    const random = createRandom(3, 'states of the known word');
    let taken = 0;
    for (let i = 0; i < 100_000; i++) {
      const [x, y] = [-14 + 1.4 * random.normal(), 3 + 1.4 * random.normal()];
      if (4 * y + head.bias[2]! > -4 * x - 40) taken++;
    }
    expect(taken).toBeGreaterThan(130);
    expect(taken).toBeLessThan(250);
  });

  it('leaves the rows of known labels, and a head without new words, as they are', () => {
    const head = headOf(8);
    setBorder(head, takesAt(8), statistics, labels, 2, new Set());
    expect([...head.bias.subarray(0, 2)]).toEqual([-40, 0]);
    const known = headOf(8);
    setBorder(known, takesAt(8), statistics, labels, 3, new Set());
    expect(known.bias[2]).toBe(8);
  });
});

describe('the standard normal distribution', () => {
  it('has its well-known values', () => {
    expect(standardNormal(0)).toBeCloseTo(0.5, 6);
    expect(standardNormal(1.959963985)).toBeCloseTo(0.975, 6);
    expect(standardNormal(-1.281551566)).toBeCloseTo(0.1, 6);
    expect(standardNormal(Number.NEGATIVE_INFINITY)).toBe(0);
    expect(standardNormal(Number.POSITIVE_INFINITY)).toBe(1);
  });
});
