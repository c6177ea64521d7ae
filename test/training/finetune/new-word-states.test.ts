import { describe, expect, it } from 'vitest';
import { withNewWords } from '../../../src/training/finetune/new-word-states.ts';

const SIZE = 2;
/** One old word; the second axis strays twice as far as the first. */
const words = {
  labels: ['yes'],
  means: Float32Array.of(3, 4),
  covarianceFactor: Float32Array.of(1, 0, 0, 2),
  variances: Float32Array.of(0.5, 0.7),
};
const labels = ['yes', '_unknown_', 'lamp', 'door'];

function taught(...takes: readonly { readonly label: string; readonly states: readonly number[][] }[]) {
  const rows = takes.flatMap(({ label, states }, take) => states.map((state) => ({ label, state, take })));
  return withNewWords(
    words,
    {
      states: Float32Array.from(rows.flatMap(({ state }) => state)),
      classes: Int32Array.from(rows, ({ label }) => labels.indexOf(label)),
    },
    Int32Array.from(rows, ({ take }) => take),
    labels,
  );
}

describe('new words among those that are heard live', () => {
  it('come behind the old ones, which stay as they are, each about the mean of its takes', () => {
    const all = taught(
      { label: 'yes', states: [[9, 9]] },
      { label: '_unknown_', states: [[8, 8]] },
      { label: 'lamp', states: [[1, 2]] },
      { label: 'lamp', states: [[3, 6]] },
    );
    expect(all.labels).toEqual(['yes', 'lamp']);
    expect([...all.means]).toEqual([3, 4, 2, 4]);
    expect([...all.variances.subarray(0, SIZE)]).toEqual([...words.variances]);
    expect(all.covarianceFactor).toBe(words.covarianceFactor);
  });

  it('stray as far as each take lies from the others', () => {
    const { variances } = taught(
      {
        label: 'lamp',
        states: [
          [0, 0],
          [2, 0],
        ],
      },
      { label: 'lamp', states: [[4, 8]] },
    );
    // The first take's from (4, 8): 16 + 16 and 4 + 16, halved; the second's from (1, 0): 9 + 16, halved.
    const expected = (32 + 20 + 25) / 2 / 3;
    for (const variance of variances.subarray(SIZE)) expect(variance).toBeCloseTo(expected, 5);
  });

  it('stray no less than old words where all takes are alike, and more where there is but one', () => {
    const { variances } = taught(
      { label: 'lamp', states: [[1, 1]] },
      { label: 'lamp', states: [[1, 1]] },
      { label: 'door', states: [[5, 5]] },
    );
    expect([...variances.subarray(SIZE, 2 * SIZE)]).toEqual([1, 1]);
    expect(variances[2 * SIZE]).toBeGreaterThan(1);
  });
});
